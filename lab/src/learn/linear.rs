//! The little linear algebra that learning needs: dense, symmetric, double precision.

/// A square matrix, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Square {
    /// Rows and columns.
    pub n: usize,
    /// Values, row by row.
    pub v: Vec<f64>,
}

impl Square {
    /// Zeros.
    pub fn zeros(n: usize) -> Self {
        Self { n, v: vec![0.0; n * n] }
    }

    /// One row.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.v[i * self.n..(i + 1) * self.n]
    }
}

/// Lower triangle L with L L' = m; none where m is not positive definite.
pub fn cholesky(m: &Square) -> Option<Square> {
    let n = m.n;
    let mut l = Square::zeros(n);
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = l.row(i)[..j].iter().zip(&l.row(j)[..j]).map(|(a, b)| a * b).sum();
            let rest = m.v[i * n + j] - dot;
            l.v[i * n + j] = if i == j {
                if rest <= 0.0 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / l.v[j * n + j]
            };
        }
    }
    Some(l)
}

/// Solves L x = b in place.
pub fn solve_lower(l: &Square, b: &mut [f64]) {
    for i in 0..l.n {
        let dot: f64 = l.row(i)[..i].iter().zip(&b[..i]).map(|(a, x)| a * x).sum();
        b[i] = (b[i] - dot) / l.v[i * l.n + i];
    }
}

/// Solves L' x = b in place.
pub fn solve_lower_transposed(l: &Square, b: &mut [f64]) {
    for i in (0..l.n).rev() {
        b[i] /= l.v[i * l.n + i];
        let x = b[i];
        b[..i].iter_mut().zip(&l.row(i)[..i]).for_each(|(v, k)| *v -= k * x);
    }
}

/// The `count` largest eigenvalues (by size of value, descending) of a symmetric matrix and their vectors.
pub fn leading(m: &Square, count: usize, rounds: usize) -> Vec<(f64, Vec<f64>)> {
    let n = m.n;
    let width = (count + count / 2 + 8).min(n);
    // Any start that is not orthogonal to the answer will do; a fixed one keeps the result reproducible.
    let mut basis: Vec<Vec<f64>> = (0..width)
        .map(|k| (0..n).map(|i| (((i * 7919 + k * 104_729) % 1009) as f64 / 504.5) - 1.0).collect())
        .collect();
    orthonormal(&mut basis);
    for _ in 0..rounds {
        basis = basis.iter().map(|q| times(m, q)).collect();
        orthonormal(&mut basis);
    }
    let images: Vec<Vec<f64>> = basis.iter().map(|q| times(m, q)).collect();
    let mut small = Square::zeros(width);
    for (row, q) in small.v.chunks_exact_mut(width).zip(&basis) {
        row.iter_mut().zip(&images).for_each(|(v, image)| *v = dot(q, image));
    }
    let mut pairs: Vec<(f64, Vec<f64>)> = jacobi(small)
        .into_iter()
        .map(|(value, mix)| {
            let mut vector = vec![0.0; n];
            for (q, k) in basis.iter().zip(&mix) {
                vector.iter_mut().zip(q).for_each(|(v, x)| *v += k * x);
            }
            (value, vector)
        })
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    pairs.truncate(count);
    pairs
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn times(m: &Square, x: &[f64]) -> Vec<f64> {
    (0..m.n).map(|i| dot(m.row(i), x)).collect()
}

fn orthonormal(basis: &mut [Vec<f64>]) {
    for k in 0..basis.len() {
        let (done, rest) = basis.split_at_mut(k);
        let current = &mut rest[0];
        for _ in 0..2 {
            for q in done.iter() {
                let along = dot(q, current);
                current.iter_mut().zip(q).for_each(|(c, x)| *c -= along * x);
            }
        }
        let length = dot(current, current).sqrt().max(1e-300);
        current.iter_mut().for_each(|c| *c /= length);
    }
}

/// All eigenvalues and vectors of a small symmetric matrix (cyclic Jacobi).
fn jacobi(mut m: Square) -> Vec<(f64, Vec<f64>)> {
    let n = m.n;
    let mut vectors = Square::zeros(n);
    for i in 0..n {
        vectors.v[i * n + i] = 1.0;
    }
    for _ in 0..30 {
        let off: f64 =
            (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| m.v[i * n + j].powi(2)).sum();
        if off < 1e-22 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                let apq = m.v[p * n + q];
                if apq.abs() < 1e-300 {
                    continue;
                }
                let theta = (m.v[q * n + q] - m.v[p * n + p]) / (2.0 * apq);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (m.v[k * n + p], m.v[k * n + q]);
                    m.v[k * n + p] = c * x - s * y;
                    m.v[k * n + q] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (m.v[p * n + k], m.v[q * n + k]);
                    m.v[p * n + k] = c * x - s * y;
                    m.v[q * n + k] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (vectors.v[k * n + p], vectors.v[k * n + q]);
                    vectors.v[k * n + p] = c * x - s * y;
                    vectors.v[k * n + q] = s * x + c * y;
                }
            }
        }
    }
    (0..n).map(|i| (m.v[i * n + i], (0..n).map(|k| vectors.v[k * n + i]).collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_vectors_of_a_known_matrix() {
        // Diagonal 12..1 turned by a reflection I - 2 u u'.
        let n = 12;
        let u: Vec<f64> = (0..n).map(|i| ((i * i) as f64).sin()).collect();
        let length = dot(&u, &u);
        let mut m = Square::zeros(n);
        for i in 0..n {
            for j in 0..n {
                let h = |a: usize, b: usize| f64::from(a == b) - 2.0 * u[a] * u[b] / length;
                m.v[i * n + j] = (0..n).map(|k| h(i, k) * (n - k) as f64 * h(k, j)).sum();
            }
        }
        let found = leading(&m, 4, 200);
        for (k, (value, vector)) in found.iter().enumerate() {
            assert!((value - (n - k) as f64).abs() < 1e-6, "{value}");
            let image = times(&m, vector);
            assert!(image.iter().zip(vector).all(|(a, b)| (a - value * b).abs() < 1e-5));
        }
    }

    #[test]
    fn cholesky_solves() {
        let m = Square { n: 2, v: vec![4.0, 2.0, 2.0, 3.0] };
        let l = cholesky(&m).unwrap();
        let mut x = vec![10.0, 9.0];
        solve_lower(&l, &mut x);
        solve_lower_transposed(&l, &mut x);
        assert!((x[0] - 1.5).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12);
        assert_eq!(cholesky(&Square { n: 2, v: vec![1.0, 2.0, 2.0, 1.0] }), None);
    }
}

"""A manifest with NFIQ 2's score of each image in the column `quality`.

    pip install nbis-py==0.1.3 pillow==13.0.0
    python lab/nfiq2.py MANIFEST.csv > WITH.csv

NIST's own code in the nbis-py package; paths become absolute. Images that NFIQ 2 refuses count as quality 0. A yardstick
for `quality curve` (`lab/src/bin/quality.rs`), no part of the platform.
"""

import csv
import io
import os
import sys

import nbis
from PIL import Image

PPI = 500.0


def extractor():
    """NBIS with NFIQ 2, at NFIQ 2's own resolution."""
    return nbis.new_nbis_extractor(
        nbis.NbisExtractorSettings(
            min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=PPI
        )
    )


def score(engine, path, ppi):
    """0 to 100."""
    image = Image.open(path).convert("L")
    if abs(ppi - PPI) > 0.5:
        size = round(image.width * PPI / ppi), round(image.height * PPI / ppi)
        image = image.resize(size, Image.Resampling.LANCZOS)
    png = io.BytesIO()
    image.save(png, "PNG", dpi=(PPI, PPI))
    try:
        return engine.extract_minutiae(png.getvalue()).quality().score
    except nbis.NbisError as refusal:
        print(f"{path}: {refusal!r}", file=sys.stderr)
        return 0


def main():
    """Reads the manifest, writes it with the column."""
    manifest = sys.argv[1]
    folder = os.path.dirname(os.path.abspath(manifest))
    engine = extractor()
    with open(manifest, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    out = csv.DictWriter(sys.stdout, ["path", "subject", "instance", "ppi", "quality"], extrasaction="ignore")
    out.writeheader()
    for row in rows:
        row["path"] = os.path.join(folder, row["path"])
        row["quality"] = score(engine, row["path"], float(row.get("ppi") or PPI))
        out.writerow(row)


if __name__ == "__main__":
    main()

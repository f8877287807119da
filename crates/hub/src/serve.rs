//! Opens the doors and starts the runner.

use crate::{Hub, HubError, api, runner::Runner, web};
use axum::{Router, http::StatusCode};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tower_http::timeout::TimeoutLayer;

/// A request that takes longer is cut off: the largest part over a thin line (4 MiB at 64 kbit/s) takes nine
/// minutes.
const REQUEST_LIFE: Duration = Duration::from_secs(600);

/// A hub with open doors.
pub struct Running {
    /// Where it listens; the port that was found where 0 was asked for.
    pub address: SocketAddr,
    /// The hub.
    pub hub: Arc<Hub>,
    handle: axum_server::Handle<SocketAddr>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    runner: Option<Runner>,
}

/// Starts a hub: runner first, so that what waited since the last stop goes on, then the doors.
///
/// # Errors
/// The configuration is not to be used (an open address without a certificate), the address cannot be listened on, or
/// the certificate cannot be used.
pub async fn serve(hub: Arc<Hub>) -> Result<Running, HubError> {
    // Again, since what was read may have been changed: `--listen` puts another address in the file's place.
    hub.config.check()?;
    let dir = hub.store.dir().to_owned();
    let listener = std::net::TcpListener::bind(hub.config.listen).map_err(|e| {
        HubError::Terminal(format!("cannot listen on {}: {e}. Is another hub running?", hub.config.listen))
    })?;
    listener.set_nonblocking(true).map_err(|e| HubError::file("listen for", &dir, e))?;
    let address = listener.local_addr().map_err(|e| HubError::file("listen for", &dir, e))?;
    let app = Router::new()
        .merge(api::routes())
        .merge(web::routes())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_LIFE))
        .with_state(hub.clone());
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let handle = axum_server::Handle::new();
    let server = match &hub.config.tls {
        Some(tls) => {
            let tls = axum_server::tls_rustls::RustlsConfig::from_pem_file(&tls.certificate, &tls.key)
                .await
                .map_err(|e| HubError::file("use the certificate", &tls.certificate, e))?;
            let server = axum_server::from_tcp_rustls(listener, tls)
                .map_err(|e| HubError::file("listen for", &dir, e))?
                .handle(handle.clone());
            tokio::spawn(server.serve(service))
        }
        None => {
            let server = axum_server::from_tcp(listener)
                .map_err(|e| HubError::file("listen for", &dir, e))?
                .handle(handle.clone());
            tokio::spawn(server.serve(service))
        }
    };
    let runner = Some(Runner::start(&hub));
    Ok(Running { address, hub, handle, server, runner })
}

impl Running {
    /// Closes the doors, lets requests and stages in hand end.
    pub async fn stop(mut self) {
        self.handle.graceful_shutdown(Some(Duration::from_secs(5)));
        let _ = (&mut self.server).await;
        if let Some(runner) = self.runner.take() {
            let _ = tokio::task::spawn_blocking(move || runner.stop()).await;
        }
    }

    /// Waits until the server ends by itself.
    ///
    /// # Errors
    /// Why it ended.
    pub async fn wait(&mut self) -> std::io::Result<()> {
        (&mut self.server).await.unwrap_or_else(|e| Err(std::io::Error::other(e)))
    }
}

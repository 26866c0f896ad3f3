//! The connection itself: accepting, and the ways in which an answer is damaged on purpose.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use futures::stream::{self, StreamExt};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::faults::Damage;

/// Those beyond wait in the system's queue.
const MAX_CONNECTIONS: usize = 4_096;
/// The longest description of a secret, percent-encoded in the address, as the vendor's clients send it, and room.
const MAX_HEAD_BYTES: usize = 256 << 10;
const HEAD_LIMIT: Duration = Duration::from_secs(30);
/// How long accepting rests after it failed, and a half answer before it is cut.
const REST: Duration = Duration::from_millis(100);
/// Pieces of a slow answer.
const PIECES: u32 = 8;

/// Marks an answer that never leaves: the connection is cut instead.
#[derive(Clone, Copy)]
struct Cut;

/// Who is at the other end.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Accepts for ever. axum's own server always answers; here an answer may be lost.
pub(crate) async fn serve(listener: TcpListener, router: Router, tls: Option<TlsAcceptor>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT).max_buf_size(MAX_HEAD_BYTES);
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        // A small answer in two writes would wait for the other side's acknowledgement.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let peer = Peer(peer.ip());
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            let router = router.clone();
            async move {
                request.extensions_mut().insert(peer);
                let answer =
                    router.oneshot(request.map(Body::new)).await.unwrap_or_else(|error| match error {});
                match answer.extensions().get::<Cut>() {
                    Some(Cut) => Err(io::Error::other("cut on purpose")),
                    None => Ok(answer),
                }
            }
        });
        let http = http.clone();
        let tls = tls.clone();
        // The other side went away, or we cut it off: neither is worth a word.
        tokio::spawn(async move {
            match tls {
                None => {
                    let _ = http.serve_connection(TokioIo::new(stream), service).await;
                }
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HEAD_LIMIT, tls.accept(stream)).await {
                        let _ = http.serve_connection(TokioIo::new(stream), service).await;
                    }
                }
            }
            drop(slot);
        });
    }
}

/// The answer as it leaves.
pub(crate) fn damaged(mut answer: Response, text: String, damage: Damage) -> Response {
    let whole = Bytes::from(text);
    let body = match damage {
        Damage::None => Body::from(whole),
        Damage::Lost => {
            answer.extensions_mut().insert(Cut);
            Body::empty()
        }
        Damage::Half => {
            answer.headers_mut().insert(header::CONTENT_LENGTH, whole.len().into());
            let half = whole.slice(..whole.len() / 2);
            let cut = stream::once(async {
                // The half is on its way before the connection breaks.
                tokio::time::sleep(REST).await;
                Err(io::Error::other("cut on purpose"))
            });
            Body::from_stream(stream::iter([Ok(half)]).chain(cut))
        }
        Damage::Slow(over) => {
            let size = whole.len().div_ceil(usize::try_from(PIECES).expect("it is small")).max(1);
            let pieces: Vec<Bytes> = whole.chunks(size).map(Bytes::copy_from_slice).collect();
            Body::from_stream(stream::iter(pieces).then(move |piece| async move {
                tokio::time::sleep(over / PIECES).await;
                Ok::<_, io::Error>(piece)
            }))
        }
        Damage::BadJson => Body::from(r#"{"RequestId": "not JSON"#),
        Damage::WrongType => {
            *answer.status_mut() = StatusCode::OK;
            let kind = header::HeaderValue::from_static("text/html; charset=utf-8");
            answer.headers_mut().insert(header::CONTENT_TYPE, kind);
            Body::from("<!doctype html><title>Maintenance</title><p>A page that a proxy put in the way.")
        }
    };
    *answer.body_mut() = body;
    answer
}

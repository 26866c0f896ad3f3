//! Accepting connections: so many at a time, each with a limit for sending a request's head, until it is told to stop.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use crate::networks::ClientNetworks;

/// Those beyond wait in the system's queue, which has its own bound.
const MAX_CONNECTIONS: usize = 1_024;
/// Connections of one network: less than a quarter, so that a few clients cannot keep all others out.
const MOST_OF_ONE: usize = 240;
/// Connections of all networks that one client could have (`ClientNetworks::wide_of`).
const MOST_OF_WIDE: usize = 250;
/// A client that takes nothing of an answer for so long has gone, or holds the connection on purpose.
const WRITE_LIMIT: Duration = Duration::from_secs(30);
/// A head that trickles in, or an idle connection, ends after this (`security.md` 49).
const HEAD_LIMIT: Duration = Duration::from_secs(15);
/// The same for a proxy of ours. It keeps idle connections for a minute and more, and sends the next request on one that must
/// not be closed at that moment; slow heads it keeps to itself.
const PROXY_HEAD_LIMIT: Duration = Duration::from_secs(120);
/// The largest head; cookies and the longest address fit many times over.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// How long accepting rests after it failed, for example because the process has no file descriptors left.
const REST: Duration = Duration::from_millis(100);

/// Serves until `stop` ends, then lets what is under way finish.
/// `proxies` may have as many connections as there are; everybody else has a part of them.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    proxies: Arc<[IpAddr]>,
    networks: ClientNetworks,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).max_buf_size(MAX_HEAD_BYTES);
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let peers = Peers::default();
    tokio::pin!(stop);
    loop {
        let accept = async {
            let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
            (listener.accept().await, slot)
        };
        let (accepted, slot) = tokio::select! {
            accepted = accept => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(REST).await;
            continue;
        };
        let ip = peer.ip().to_canonical();
        let is_proxy = proxies.contains(&ip);
        let place = if is_proxy { None } else { peers.place(networks.of(ip), networks.wide_of(ip)) };
        if !is_proxy && place.is_none() {
            continue;
        }
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            let router = router.clone();
            async move {
                Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|error| match error {}))
            }
        });
        let limit = if is_proxy { PROXY_HEAD_LIMIT } else { HEAD_LIMIT };
        http.header_read_timeout(limit);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_LIMIT));
        let stream = TokioIo::new(Box::pin(stream));
        let connection = graceful.watch(http.serve_connection(stream, service));
        tokio::spawn(async move {
            // The other side went away, or was too slow: nothing to be done about it.
            let _ = connection.await;
            drop((slot, place));
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// How many connections each network has.
#[derive(Clone, Default)]
struct Peers(Arc<Mutex<HashMap<IpNet, usize>>>);

/// One connection, counted for its network and for the wide network around it until it is dropped.
struct Place(Peers, Vec<IpNet>);

impl Peers {
    /// Returns `None` if one of the networks has as many connections as it can have.
    fn place(&self, network: IpNet, wide: IpNet) -> Option<Place> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |network: &IpNet| all.get(network).copied().unwrap_or_default();
        if count(&network) >= MOST_OF_ONE || count(&wide) >= MOST_OF_WIDE {
            return None;
        }
        let mut networks = vec![network, wide];
        networks.dedup();
        for network in &networks {
            *all.entry(*network).or_default() += 1;
        }
        Some(Place(self.clone(), networks))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self(peers, networks) = self;
        let mut all = peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        for network in networks {
            if let Some(count) = all.get_mut(network) {
                *count -= 1;
                if *count == 0 {
                    all.remove(network);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    use super::*;

    async fn started(
        proxies: &[IpAddr],
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> (SocketAddr, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let slow = axum::routing::get(async || {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        });
        let router = Router::new().route("/slow", slow);
        let networks = ClientNetworks::default();
        (address, tokio::spawn(serve(listener, router, Arc::from(proxies), networks, stop)))
    }

    // The clock runs ahead while everybody waits.
    #[tokio::test(start_paused = true)]
    async fn s49_a_head_that_does_not_come_ends_the_connection() {
        let proxy = IpAddr::from([127, 0, 0, 1]);
        for (proxies, lives) in [(&[][..], HEAD_LIMIT), (&[proxy], PROXY_HEAD_LIMIT)] {
            let (address, _server) = started(proxies, std::future::pending()).await;
            let began = tokio::time::Instant::now();
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
            let mut answer = Vec::new();
            let limit = lives + Duration::from_secs(5);
            tokio::time::timeout(limit, stream.read_to_end(&mut answer))
                .await
                .expect("it is closed")
                .unwrap();
            assert!(began.elapsed() >= lives, "{:?}", began.elapsed());
        }
    }

    #[tokio::test]
    async fn s49_a_head_that_is_too_large_is_refused() {
        let (address, _server) = started(&[], std::future::pending()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head =
            format!("GET /slow HTTP/1.1\r\nHost: x\r\nX-Large: {}\r\n\r\n", "x".repeat(2 * MAX_HEAD_BYTES));
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }

    #[test]
    fn s49_pt11_one_network_cannot_take_all_connections() {
        let (peers, networks) = (Peers::default(), ClientNetworks::default());
        let place = |address: String| {
            let address = address.parse().unwrap();
            peers.place(networks.of(address), networks.wide_of(address))
        };
        // Of one network of each kind, each connection by another address.
        let v4 = |number: usize| format!("192.0.2.{}", number % 250);
        let v6 = |number: usize| format!("2001:db8::{number:x}");
        let mut places: Vec<Option<Place>> = (0..MAX_CONNECTIONS).map(|number| place(v4(number))).collect();
        places.extend((0..MAX_CONNECTIONS).map(|number| place(v6(number))));
        assert_eq!(places.iter().flatten().count(), 2 * MOST_OF_ONE);
        const { assert!(MOST_OF_ONE < MAX_CONNECTIONS / 4 && MOST_OF_WIDE < MAX_CONNECTIONS / 4) };
        assert!(place("198.51.100.1".into()).is_some());
        places.clear();
        // Who has one network of IPv6 often has its neighbours, too.
        let places: Vec<_> =
            (0..MAX_CONNECTIONS).map(|number| place(format!("2001:db8:1:{number:x}::1"))).collect();
        assert_eq!(places.iter().flatten().count(), MOST_OF_WIDE);
        drop(places);
        assert!(place(v4(1)).is_some());
        assert!(peers.0.lock().unwrap().len() <= 2, "nothing is kept of who has gone");
    }

    #[tokio::test(start_paused = true)]
    async fn pt11_a_client_that_reads_nothing_loses_its_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, was_dropped) = oneshot::channel::<()>();
        let sent = Arc::new(Mutex::new(Some(sent)));
        // More than all buffers between here and there hold; what it is read from goes with the connection.
        let large = axum::routing::get(async move || {
            let dropped = sent.lock().unwrap().take();
            Body::from_stream(futures::stream::unfold(dropped, |dropped| async move {
                Some((Ok::<_, std::io::Error>(vec![0_u8; 1 << 20]), dropped))
            }))
        });
        let router = Router::new().route("/large", large);
        let networks = ClientNetworks::default();
        tokio::spawn(serve(listener, router, Arc::from([]), networks, std::future::pending()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let limit = WRITE_LIMIT + Duration::from_secs(10);
        tokio::time::timeout(limit, was_dropped).await.expect("the connection is given up").unwrap_err();
    }

    #[tokio::test]
    async fn what_is_under_way_is_finished_before_it_stops() {
        let (stop, stopped) = oneshot::channel::<()>();
        let (address, server) = started(&[], async move { stopped.await.unwrap_or_default() }).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.send(()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("done"), "{answer}");
        server.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}

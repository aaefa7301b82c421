//! A device that lost its hub's address finds it by the hub's beacon, over real sockets on loopback.
//!
//! - forged and broken beacons are passed over, the true one is believed, and the record arrives there
//! - where there are only forged ones, nobody is found

#![allow(clippy::unwrap_used, reason = "clippy takes helpers of a scenario for no tests")]

mod village;

use std::sync::Arc;
use std::time::Duration;

use hocvu::relay::http::{RelayService, routes};
use hocvu::syncing::{Doing, Hub, send_beacons_to};
use hocvu_core::sync::http::{HttpTransport, listen_on};
use hocvu_core::sync::{Beacon, RelayKey, RelaySecret};
use tokio::net::{TcpListener, UdpSocket};
use village::{NOW_S, World, add, join, record};

/// Long enough for a computer that has much else to do.
const WAIT: Duration = Duration::from_secs(60);

/// Beacons that are not the hub's, or not whole.
fn forged(hub: &RelayKey, port: u16) -> Vec<Vec<u8>> {
    let stranger = RelaySecret::from_seed(&[5; 32]);
    let as_hub = Beacon { relay: hub.id(), port, at_s: NOW_S }.sign(&stranger);
    let own = Beacon { relay: stranger.key().id(), port, at_s: NOW_S }.sign(&stranger);
    let mut renamed = own.clone();
    renamed[5..21].copy_from_slice(&hub.id().0);
    let cut = own[..40].to_vec();
    let long = [&as_hub[..], &[0; 900]].concat();
    vec![as_hub, own, renamed, cut, long, Vec::new(), b"<html>".to_vec()]
}

async fn send_forged(hub: &RelayKey, to: &UdpSocket) {
    let liar = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    let port = liar.local_addr().unwrap().port();
    for datagram in forged(hub, port) {
        liar.send_to(&datagram, to.local_addr().unwrap()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_finds_its_hub_by_the_beacon_and_believes_nobody_elses() {
    let world = World::new();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 3);
    let relay = Arc::new(world.relay("hub"));
    let no = join(&phone, &relay);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let service = RelayService::start(Arc::clone(&relay)).unwrap();
    tokio::spawn(async move { axum::serve(listener, routes(service)).await });

    let ears = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    send_forged(&relay.key(), &ears).await;
    let hub = Hub {
        relay: Arc::clone(&relay),
        name: String::from("Xóm Trên"),
        addresses: Vec::new(),
        doing: Doing::default(),
        mirror: hocvu::mirror::Mirror::new(std::path::Path::new("nowhere")),
        above: hocvu::mirror::above::Above::default(),
    };
    let beacons = send_beacons_to(Arc::new(hub), port, ears.local_addr().unwrap());
    let beacons = tokio::spawn(beacons);
    let found = listen_on(&ears, &relay.key(), WAIT).await;
    beacons.abort();
    assert_eq!(found.as_deref(), Some(format!("http://127.0.0.1:{port}").as_str()));

    let transport = HttpTransport::new().unwrap();
    let mut round = phone.sync().round(no).unwrap();
    while let Some(mut exchange) = round.next_exchange().unwrap() {
        exchange.addresses = found.iter().cloned().collect();
        round.take(transport.exchange(&exchange).await).unwrap();
    }
    assert!(round.view().in_step, "{:?}", round.view());
    assert_eq!(relay.counts().unwrap().events, phone.sync().states().unwrap().events);
}

#[tokio::test]
async fn forged_beacons_lead_nowhere() {
    let hub = RelaySecret::from_seed(&[1; 32]).key();
    let ears = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    send_forged(&hub, &ears).await;
    assert_eq!(listen_on(&ears, &hub, Duration::from_millis(300)).await, None);
}

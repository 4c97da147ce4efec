//! Looking the names of servers up, so that a name that nobody has is told from a network that is not there. Which
//! addresses pictures may come from is decided in `public_address`.

use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The network is there, and no server of this name in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no server has this name")]
pub(crate) struct UnknownName;

/// The system's names.
pub(crate) struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(found) => Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs),
                Err(_) if has_way_out() => Err(UnknownName.into()),
                Err(error) => Err(error.into()),
            }
        })
    }
}

/// Whether this computer knows a way beyond itself. Connecting a datagram socket asks the routing table and sends nothing;
/// the addresses are those reserved for documentation (RFC 5737, RFC 3849).
fn has_way_out() -> bool {
    let way = |from: UdpSocket, to: std::net::SocketAddr| from.connect(to).is_ok();
    let v4 = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0));
    let v6 = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0));
    v4.is_ok_and(|socket| way(socket, (Ipv4Addr::new(192, 0, 2, 1), 9).into()))
        || v6.is_ok_and(|socket| way(socket, (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9).into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[tokio::test]
    async fn a_name_that_nobody_can_have_is_unknown_wherever_there_is_a_network() {
        // RFC 6761: nothing is ever found under .invalid.
        let refused = SystemNames.resolve("no-such-server.invalid".parse().unwrap()).await.err().unwrap();
        assert_eq!(refused.is::<UnknownName>(), has_way_out(), "{refused}");
        assert!(SystemNames.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}

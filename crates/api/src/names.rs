//! Looking the names of servers up, so that a name that nobody has is told from a network that is not there. Which
//! addresses pictures may come from is decided in `public_address`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

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
                Err(_) if !local_addresses().is_empty() => Err(UnknownName.into()),
                Err(error) => Err(error.into()),
            }
        })
    }
}

/// The addresses of this computer from which a way leads beyond it, one a family: none without a network, others in another
/// network. Connecting a datagram socket asks the routing table and sends nothing; the addresses asked about are those
/// reserved for documentation (RFC 5737, RFC 3849).
pub fn local_addresses() -> Vec<IpAddr> {
    let way = |from: IpAddr, to: IpAddr| {
        let socket = UdpSocket::bind(SocketAddr::new(from, 0)).ok()?;
        socket.connect(SocketAddr::new(to, 9)).ok()?;
        socket.local_addr().ok().map(|address| address.ip())
    };
    let v4 = way(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into());
    let v6 = way(Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into());
    v4.into_iter().chain(v6).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[tokio::test]
    async fn a_name_that_nobody_can_have_is_unknown_wherever_there_is_a_network() {
        // RFC 6761: nothing is ever found under .invalid.
        let refused = SystemNames.resolve("no-such-server.invalid".parse().unwrap()).await.err().unwrap();
        assert_eq!(refused.is::<UnknownName>(), !local_addresses().is_empty(), "{refused}");
        assert!(SystemNames.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}

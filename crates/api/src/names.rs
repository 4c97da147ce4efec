//! DNS lookup that distinguishes an unknown host name from a missing network. `public_address` has its own resolver
//! for pictures.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// There is a network, but the host name could not be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no server has this name")]
pub(crate) struct UnknownName;

/// Resolves names with the system's resolver.
pub(crate) struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(addresses) => Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as Addrs),
                Err(_) if !local_addresses().is_empty() => Err(UnknownName.into()),
                Err(error) => Err(error.into()),
            }
        })
    }
}

/// The addresses this computer uses for connections to other computers, at most one each for IPv4 and IPv6. Empty
/// without a network; a different result means a different network. Sends nothing: connecting a UDP socket only
/// consults the routing table. The destinations are documentation addresses (RFC 5737, RFC 3849).
pub fn local_addresses() -> Vec<IpAddr> {
    let source_address = |unspecified: IpAddr, destination: IpAddr| {
        let socket = UdpSocket::bind(SocketAddr::new(unspecified, 0)).ok()?;
        socket.connect(SocketAddr::new(destination, 9)).ok()?;
        socket.local_addr().ok().map(|address| address.ip())
    };
    let v4 = source_address(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into());
    let v6 = source_address(Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into());
    v4.into_iter().chain(v6).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[tokio::test]
    async fn an_unresolvable_name_is_unknown_if_there_is_a_network() {
        // RFC 6761: names under .invalid never resolve.
        let error = SystemNames.resolve("no-such-server.invalid".parse().unwrap()).await.err().unwrap();
        assert_eq!(error.is::<UnknownName>(), !local_addresses().is_empty(), "{error}");
        assert!(SystemNames.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}

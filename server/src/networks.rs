//! Groups client addresses into networks: limits count networks, because one client can use many addresses.

use std::net::IpAddr;

use ipnet::IpNet;

/// The prefix lengths of a client's network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientNetworks {
    v4: u8,
    v6: u8,
}

impl Default for ClientNetworks {
    fn default() -> Self {
        Self { v4: 24, v6: 64 }
    }
}

impl ClientNetworks {
    /// Parses `24,64`: the prefix length for IPv4, 8 to 32, then for IPv6, 16 to 128.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (v4, v6) = text.split_once(',')?;
        let (v4, v6) = (v4.trim().parse().ok()?, v6.trim().parse().ok()?);
        ((8..=32).contains(&v4) && (16..=128).contains(&v6)).then_some(Self { v4, v6 })
    }

    /// Returns the network of an address. An IPv4 address mapped into IPv6 counts as IPv4.
    pub(crate) fn of(self, address: IpAddr) -> IpNet {
        let address = address.to_canonical();
        let prefix = if address.is_ipv4() { self.v4 } else { self.v6 };
        IpNet::new_assert(address, prefix).trunc()
    }

    /// Returns the network around the network of an address that one client can have as a whole: a /16 of IPv4, a /48 of IPv6;
    /// the network itself if that is as large.
    pub(crate) fn wide_of(self, address: IpAddr) -> IpNet {
        Self { v4: self.v4.min(16), v6: self.v6.min(48) }.of(address)
    }

    /// Like [`ClientNetworks::wide_of`], for an address in text.
    pub(crate) fn wide_of_text(self, address: &str) -> String {
        address.parse().map_or_else(|_| address.to_owned(), |address| self.wide_of(address).to_string())
    }

    /// Returns the network of an address in text; a text that is no address stays as it is.
    pub(crate) fn of_text(self, address: &str) -> String {
        address.parse().map_or_else(|_| address.to_owned(), |address| self.of(address).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pt06_addresses_of_one_network_count_together() {
        let default = ClientNetworks::default();
        for (address, network) in [
            ("192.0.2.7", "192.0.2.0/24"),
            ("::ffff:192.0.2.9", "192.0.2.0/24"),
            ("192.0.3.7", "192.0.3.0/24"),
            ("2001:db8:0:1:ffff::7", "2001:db8:0:1::/64"),
            ("2001:db8:0:2::7", "2001:db8:0:2::/64"),
            ("unix", "unix"),
        ] {
            assert_eq!(default.of_text(address), network, "{address}");
        }
        assert_eq!(default.wide_of_text("192.0.2.7"), "192.0.0.0/16");
        assert_eq!(default.wide_of_text("2001:db8:0:1::7"), "2001:db8::/48");
        assert_eq!(ClientNetworks::parse("8,32").unwrap().wide_of_text("192.0.2.7"), "192.0.0.0/8");
        let own = ClientNetworks::parse("32, 48").unwrap();
        assert_eq!(own.of_text("192.0.2.7"), "192.0.2.7/32");
        assert_eq!(own.of_text("2001:db8:0:2::7"), "2001:db8::/48");
        for wrong in ["24", "7,64", "33,64", "24,129", "a,b", "24,64,1", "/24,/64"] {
            assert_eq!(ClientNetworks::parse(wrong), None, "{wrong}");
        }
    }
}

//! MAC addresses: parsed once from any spelling, printed one way.

use std::fmt;
use std::str::FromStr;

/// A 48-bit MAC address. Prints as upper-case hex with colons, the way RouterOS does.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sea_orm::DeriveValueType, sqlx::Type,
)]
#[sqlx(transparent)]
pub struct MacAddress(mac_address::MacAddress);

/// The text is no MAC address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no MAC address: write 12 hex digits, with or without colons, dashes or dots, like 6C:3B:6B:A2:00:FC"
)]
pub struct BadMac(pub String);

impl MacAddress {
    /// The address with these bytes.
    pub fn new(bytes: [u8; 6]) -> Self {
        Self(mac_address::MacAddress::new(bytes))
    }

    /// The six bytes.
    pub fn bytes(self) -> [u8; 6] {
        self.0.bytes()
    }

    /// Whether this address can name one radio. All-zero, multicast and VRRP addresses are shared
    /// by many devices by design and therefore resolve to none.
    pub fn is_identity(self) -> bool {
        let bytes = self.bytes();
        let multicast = bytes[0] & 1 == 1;
        bytes != [0; 6] && !multicast && bytes[..5] != [0x00, 0x00, 0x5e, 0x00, 0x01]
    }

    /// Whether the address is locally administered: a random phone address, or a virtual AP.
    pub fn is_locally_administered(self) -> bool {
        self.bytes()[0] & 2 == 2
    }
}

impl FromStr for MacAddress {
    type Err = BadMac;

    fn from_str(text: &str) -> Result<Self, BadMac> {
        let bad = || BadMac(text.chars().take(64).collect());
        let mut bytes = [0_u8; 6];
        let mut digits = 0;
        for character in text.trim().chars() {
            match character {
                ':' | '-' | '.' if digits % 2 == 0 => {}
                _ => {
                    let digit = character.to_digit(16).ok_or_else(bad)?;
                    let byte = bytes.get_mut(digits / 2).ok_or_else(bad)?;
                    *byte = *byte << 4 | u8::try_from(digit).map_err(|_| bad())?;
                    digits += 1;
                }
            }
        }
        if digits == 12 {
            Ok(Self::new(bytes))
        } else {
            Err(bad())
        }
    }
}

impl From<mac_address::MacAddress> for MacAddress {
    fn from(address: mac_address::MacAddress) -> Self {
        Self(address)
    }
}

impl sea_orm::TryFromU64 for MacAddress {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("MacAddress"))
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.bytes().into_iter().enumerate() {
            let separator = if position == 0 { "" } else { ":" };
            write!(f, "{separator}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for MacAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for MacAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_address() {
        for text in [
            "6C:3B:6B:A2:00:FC",
            "6c:3b:6b:a2:00:fc",
            "6C-3B-6B-A2-00-FC",
            "6c3b.6ba2.00fc",
            "6C3B6BA200FC",
            " 6C:3B:6B:A2:00:FC ",
        ] {
            let mac: MacAddress = text.parse().unwrap();
            assert_eq!(mac.to_string(), "6C:3B:6B:A2:00:FC", "from {text:?}");
        }
    }

    #[test]
    fn masked_short_and_long_texts_are_refused() {
        for text in [
            "",
            "XX:3B:6B:A2:00:FC",
            "6C:3B:6B:A2:00",
            "6C:3B:6B:A2:00:FC:01",
            "6C:3:B6:BA:20:0F:C",
        ] {
            assert!(
                text.parse::<MacAddress>().is_err(),
                "{text:?} was taken for an address"
            );
        }
    }

    #[test]
    fn shared_addresses_name_nobody() {
        for text in [
            "00:00:00:00:00:00",
            "01:00:5E:00:00:FB",
            "FF:FF:FF:FF:FF:FF",
            "00:00:5E:00:01:2A",
        ] {
            assert!(!text.parse::<MacAddress>().unwrap().is_identity(), "{text}");
        }
        assert!(
            "6E:3B:6B:A2:00:FC"
                .parse::<MacAddress>()
                .unwrap()
                .is_identity()
        );
    }
}

//! MAC addresses, each given out once.

use std::collections::HashSet;

use entity::mac::MacAddress;
use rand::Rng as _;

use crate::simulate::chance::Chance;

/// The addresses given out so far.
#[derive(Default)]
pub(super) struct Macs(HashSet<MacAddress>);

impl Macs {
    /// A maker's address.
    pub(super) fn of_maker(&mut self, oui: [u8; 3], chance: &mut Chance) -> MacAddress {
        self.unique(|| {
            let [a, b, c] = chance.random();
            MacAddress::new([oui[0], oui[1], oui[2], a, b, c])
        })
    }

    /// An address as phones invent it.
    pub(super) fn invented(&mut self, chance: &mut Chance) -> MacAddress {
        self.unique(|| {
            let mut bytes: [u8; 6] = chance.random();
            bytes[0] = bytes[0] & 0xFC | 0x02;
            MacAddress::new(bytes)
        })
    }

    fn unique(&mut self, mut draw: impl FnMut() -> MacAddress) -> MacAddress {
        loop {
            let mac = draw();
            if self.0.insert(mac) {
                return mac;
            }
        }
    }
}

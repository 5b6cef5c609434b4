//! MAC addresses, each given out once: they are numbered, not drawn.

use entity::mac::MacAddress;
use rand::{Rng as _, RngCore as _};

use crate::simulate::chance::Chance;

/// Customers of an AP have numbers below this; the AP itself has those from here on.
const AP: u16 = 0x1F8;
/// Lower halves of addresses have so many bits.
const LOWER: u32 = 0x00FF_FFFF;

/// The addresses of one AP and of its customers: 2 × 256 sites × 32 APs × 512 owners × 2 interfaces
/// fill the lower half of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    place: u32,
    salt: u32,
}

/// Whose address, within a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The radio of a customer's device.
    Radio(u16),
    /// Its port.
    Port(u16),
    /// An interface of the AP itself.
    Ap(u16),
}

impl Block {
    /// The block of a site; `seed` decides where in the addresses of a maker it lies.
    pub(super) fn of(seed: u64, tenant: u16, site: u16) -> Self {
        Self {
            place: (u32::from(tenant & 1) << 23) | (u32::from(site & 0xFF) << 15),
            salt: Chance::of(seed).next_u32() & LOWER,
        }
    }

    /// The part for one of its APs.
    pub(super) fn ap(self, index: u16) -> Self {
        Self {
            place: self.place | (u32::from(index & 0x1F) << 10),
            ..self
        }
    }

    /// The owner's address, with this first half.
    pub(super) fn address(self, owner: Owner, maker: [u8; 3]) -> MacAddress {
        let number = match owner {
            Owner::Radio(customer) => customer % AP * 2,
            Owner::Port(customer) => customer % AP * 2 + 1,
            Owner::Ap(interface) => AP * 2 + interface % 16,
        };
        let lower = scrambled(self.place | u32::from(number), self.salt);
        let [_, a, b, c] = lower.to_be_bytes();
        MacAddress::new([maker[0], maker[1], maker[2], a, b, c])
    }
}

/// A phone's or a laptop's: most invent one, older ones have their maker's.
pub(super) fn stranger(chance: &mut Chance) -> MacAddress {
    const MAKERS: [[u8; 3]; 3] = [[0x3C, 0x22, 0xFB], [0x8C, 0xF5, 0xA3], [0xA4, 0xC3, 0xF0]];

    let mut bytes: [u8; 6] = chance.random();
    if chance.random_bool(0.6) {
        bytes[0] = bytes[0] & 0xFC | 0x02;
    } else {
        let maker = MAKERS[usize::from(bytes[0]) % MAKERS.len()];
        bytes[..3].copy_from_slice(&maker);
    }
    MacAddress::new(bytes)
}

/// Another number of 24 bits; no two have the same.
fn scrambled(number: u32, salt: u32) -> u32 {
    let mut bits = (number ^ salt).wrapping_mul(0x009E_3779) & LOWER;
    bits ^= bits >> 12;
    bits = bits.wrapping_mul(0x0085_EBCB) & LOWER;
    bits ^ (bits >> 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_numbers_are_scrambled_into_one() {
        let mut taken = vec![false; 1 << 24];
        for number in 0..1 << 24 {
            let index = usize::try_from(scrambled(number, 0x0012_3456)).unwrap();
            assert!(!std::mem::replace(&mut taken[index], true), "{number}");
        }
    }
}

//! Chance that can be had again.

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

/// A new seed each time; `WISPLINK_TEST_SEED` repeats a run.
#[expect(
    clippy::disallowed_methods,
    reason = "tests take no configuration but this"
)]
pub fn seed() -> u64 {
    std::env::var("WISPLINK_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(rand::random)
}

/// Chance from a new [`seed`], which is printed: a test that fails shows what it said.
pub fn chance() -> ChaCha8Rng {
    let seed = seed();
    eprintln!("WISPLINK_TEST_SEED={seed} repeats this run");
    ChaCha8Rng::seed_from_u64(seed)
}

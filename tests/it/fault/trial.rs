//! Something is broken again and again while polls stream in. Afterwards the oracle of the crash test
//! looks for what was lost, done twice, made up, or told out of order.
//!
//! After each fault a probe says how long it takes until a new poll is an event at a subscriber again.
//! Nobody restarts the program.

use std::time::Duration;

use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use tokio::sync::OwnedMutexGuard;
use wisplink_tests::harness::chance::chance;
use wisplink_tests::harness::outages::Outages;
use wisplink_tests::harness::world::Standby;

use super::load::Load;
use super::probe::Probe;

/// How long it may take, in the long form, until a new poll is an event again.
const AGAIN: Duration = Duration::from_secs(10);
/// APs of each of the three tenants.
const APS: usize = 10;

/// What is broken, and the polls that stream in meanwhile.
pub(super) struct Trial {
    pub(super) outages: Outages,
    pub(super) random: ChaCha8Rng,
    load: Load,
    probe: Probe,
    standby: Standby,
}

impl Trial {
    /// Starts everything, and waits until polls become events.
    pub(super) async fn start(outages: Outages) -> Box<Self> {
        let world = &outages.world;
        let load = Load::start(world, APS).await;
        let mut probe = Probe::of(world).await;
        let standby = world.start_standby().await;
        probe.answered().await;
        Box::new(Self {
            outages,
            random: chance(),
            load,
            probe,
            standby,
        })
    }

    /// Breaks something so many times, and looks at what is left.
    pub(super) async fn run(
        mut self: Box<Self>,
        fault: &str,
        times: usize,
        is_long: bool,
        mut hurt: impl AsyncFnMut(&mut Self, usize),
    ) {
        let mut longest = Duration::ZERO;
        for time in 0..times {
            let pause = Duration::from_millis(self.random.random_range(0..500));
            tokio::time::sleep(pause).await;
            hurt(&mut self, time).await;
            longest = longest.max(self.probe.answered().await);
        }
        let found = Box::pin(self.load.judged(&self.outages.world)).await;
        eprintln!(
            "{fault}, {times} times: {found}; working again after {:.1} s at most",
            longest.as_secs_f64()
        );
        assert!(!is_long || longest <= AGAIN, "{longest:?}");
        self.standby.stop().await;
    }

    /// Holds the polls back, and waits until everything there is was applied and published.
    pub(super) async fn still(&self) -> OwnedMutexGuard<()> {
        self.load.still(&self.outages.world).await
    }
}

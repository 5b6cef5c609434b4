//! Servers that are killed, frozen and thrown back, and lines that are cut, held and narrow. Each in a
//! short form, and in a long one for `make test-faults`.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::context::GetStreamErrorKind;
use rand::Rng as _;
use wisplink_tests::harness::TestNats;
use wisplink_tests::harness::line::Quality;
use wisplink_tests::harness::outages::Outages;
use wisplink_tests::harness::world::eventually;

use super::trial::Trial;

/// How often, and how long a server is frozen or a line held.
#[derive(Clone, Copy)]
enum Form {
    Short,
    Long,
}

use Form::{Long, Short};

impl Form {
    fn choose<T>(self, short: T, long: T) -> T {
        match self {
            Short => short,
            Long => long,
        }
    }

    async fn run(
        self,
        fault: &str,
        (short, long): (usize, usize),
        hurt: impl AsyncFnMut(&mut Trial, usize),
    ) {
        let trial = Box::pin(Trial::start(Box::pin(Outages::start()).await)).await;
        let is_long = matches!(self, Long);
        trial
            .run(fault, self.choose(short, long), is_long, hurt)
            .await;
    }
}

macro_rules! both_forms {
    ($($name:ident, $long:ident;)+) => { $(
        #[tokio::test]
        async fn $name() {
            Box::pin(trial::$name(Short)).await;
        }

        #[tokio::test]
        #[ignore = "takes minutes; run it with `make test-faults`"]
        async fn $long() {
            Box::pin(trial::$name(Long)).await;
        }
    )+ };
}

both_forms! {
    nats_may_be_killed, long_nats_may_be_killed;
    nats_may_be_frozen, long_nats_may_be_frozen;
    postgresql_may_crash, long_postgresql_may_crash;
    backends_may_be_ended, long_backends_may_be_ended;
    postgresql_may_be_frozen, long_postgresql_may_be_frozen;
    lines_may_be_cut, long_lines_may_be_cut;
    lines_may_be_held, long_lines_may_be_held;
    lines_may_be_slow, long_lines_may_be_slow;
    streams_may_be_made_anew, long_streams_may_be_made_anew;
    streams_may_be_thrown_back, long_streams_may_be_thrown_back;
    the_disk_of_nats_may_be_full, long_the_disk_of_nats_may_be_full;
}

mod trial {
    use super::*;

    pub(super) async fn nats_may_be_killed(form: Form) {
        form.run("NATS killed", (3, 20), async |trial, _| {
            trial.outages.kill_nats().await;
        })
        .await;
    }

    pub(super) async fn nats_may_be_frozen(form: Form) {
        let long = Duration::from_secs(form.choose(3, 12));
        form.run("NATS frozen", (1, 5), async |trial, _| {
            trial.outages.freeze_nats(long).await;
        })
        .await;
    }

    pub(super) async fn postgresql_may_crash(form: Form) {
        form.run("PostgreSQL crashed", (2, 10), async |trial, _| {
            trial.outages.crash_postgres().await;
        })
        .await;
    }

    pub(super) async fn backends_may_be_ended(form: Form) {
        const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'wisplink'
            ORDER BY (state = 'active') DESC, random() LIMIT 1";

        form.run("a backend ended", (5, 20), async |trial, _| {
            trial.outages.world.database.records().run(END).await;
        })
        .await;
    }

    pub(super) async fn postgresql_may_be_frozen(form: Form) {
        let long = Duration::from_secs(form.choose(3, 12));
        form.run("PostgreSQL frozen", (1, 3), async |trial, _| {
            trial.outages.freeze_postgres(long).await;
        })
        .await;
    }

    pub(super) async fn lines_may_be_cut(form: Form) {
        form.run("all connections cut", (6, 100), async |trial, time| {
            if time % 2 == 0 {
                trial.outages.to_postgres.cut();
            } else {
                trial.outages.to_nats.cut();
            }
        })
        .await;
    }

    pub(super) async fn lines_may_be_held(form: Form) {
        let long = Duration::from_secs(form.choose(2, 10));
        form.run("a line held", (2, 20), async |trial, time| {
            if time % 2 == 0 {
                trial.outages.to_postgres.hold(long).await;
            } else {
                trial.outages.to_nats.hold(long).await;
            }
        })
        .await;
    }

    pub(super) async fn lines_may_be_slow(form: Form) {
        let long = Duration::from_secs(form.choose(3, 30));
        let slow = Quality {
            delay: Duration::from_millis(200),
            ..Quality::default()
        };
        let narrow = Quality {
            rate: Some(64 * 1024),
            ..Quality::default()
        };
        form.run("lines slow, then narrow", (2, 4), async |trial, time| {
            let quality = if time % 2 == 0 { slow } else { narrow };
            let Outages {
                to_postgres,
                to_nats,
                ..
            } = &trial.outages;
            to_postgres.set(quality);
            to_nats.set(quality);
            tokio::time::sleep(long).await;
            to_postgres.set(Quality::default());
            to_nats.set(Quality::default());
        })
        .await;
    }

    pub(super) async fn streams_may_be_made_anew(form: Form) {
        form.run("streams made anew", (1, 3), async |trial, _| {
            let _still = trial.still().await;
            let world = &trial.outages.world;
            let jetstream = jetstream::new(world.nats_client().await);
            for stream in ["WIRELESS_REGISTRATIONS", "DEVICE_EVENTS", "WISPLINK_EVENTS"] {
                // The answer may be lost; the next one says that there is no such stream.
                eventually("the stream is deleted", async || {
                    let refused = jetstream.delete_stream(stream).await.err();
                    refused
                        .is_none_or(|error| {
                            matches!(error.kind(), GetStreamErrorKind::JetStream(_))
                        })
                        .then_some(())
                })
                .await;
            }
            world.make_streams().await;
        })
        .await;
    }

    /// All that is in the streams at each of these moments is applied: what nobody has read, nobody
    /// can bring back.
    pub(super) async fn streams_may_be_thrown_back(form: Form) {
        form.run(
            "an older copy of the streams",
            (2, 4),
            async |trial, time| {
                let copy = tempfile::TempDir::new().unwrap();
                {
                    let _still = trial.still().await;
                    trial.outages.world.nats.halt().await;
                    copy_over(trial.outages.world.nats.store(), copy.path());
                    trial.outages.world.nats.resume().await.unwrap();
                }
                // A little more is published, or a lot.
                let more = if time % 2 == 0 { 1 } else { 10 };
                tokio::time::sleep(Duration::from_millis(300) * more).await;
                let _still = trial.still().await;
                trial.outages.world.nats.halt().await;
                copy_over(copy.path(), trial.outages.world.nats.store());
                trial.outages.world.nats.resume().await.unwrap();
            },
        )
        .await;
    }

    pub(super) async fn the_disk_of_nats_may_be_full(form: Form) {
        let Some(nats) = TestNats::start_on_small_disk(64).await.unwrap() else {
            eprintln!("skipped: only root can mount a small disk");
            return;
        };
        let outages = Box::pin(Outages::start_with(nats)).await;
        let trial = Box::pin(Trial::start(outages)).await;
        let times = form.choose(1, 3);
        let is_long = matches!(form, Long);
        let hurt = async |trial: &mut Trial, _| {
            let rest = trial.outages.world.nats.fill_disk().unwrap();
            let full = Duration::from_millis(trial.random.random_range(1_500..3_000));
            tokio::time::sleep(full).await;
            drop(rest);
            // What an operator has to do: this server does not go on by itself.
            trial.outages.kill_nats().await;
        };
        trial
            .run("the disk of NATS full", times, is_long, hurt)
            .await;
    }
}

/// Makes `to` hold what `from` holds.
fn copy_over(from: &std::path::Path, to: &std::path::Path) {
    let _ = std::fs::remove_dir_all(to);
    let mut copy = std::process::Command::new("cp");
    let copied = copy.arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
}

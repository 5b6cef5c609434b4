//! One turn of one system: how much it did, in which time, and what that cost.

use std::time::Duration;

use crate::failure::Failure;
use crate::meter::Meter;
use crate::process::Process;
use crate::stage::Stage;

/// What a turn brought.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// How many rows, requests or deliveries.
    pub(crate) done: f64,
    /// In how many seconds.
    pub(crate) seconds: f64,
    /// Seconds of CPU of the program that was measured.
    pub(crate) program_cpu_s: f64,
    /// Of PostgreSQL.
    pub(crate) postgres_cpu_s: f64,
    /// Of NATS.
    pub(crate) nats_cpu_s: f64,
    /// Memory of the program at the end.
    pub(crate) memory_mib: f64,
}

/// A turn that goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    program: Option<Meter>,
    postgres: Meter,
    nats: Meter,
    before: [f64; 3],
}

impl Turn {
    /// How much a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.done / self.seconds
    }
}

impl Count {
    /// Begins to count what `program` and the servers cost.
    pub(crate) fn begin(stage: &Stage, program: &Process) -> Result<Self, Failure> {
        Self::of(stage, Some(Meter::of(program.id()?)))
    }

    /// Begins to count what the servers cost.
    pub(crate) fn begin_alone(stage: &Stage) -> Result<Self, Failure> {
        Self::of(stage, None)
    }

    /// Ends with so much `done` in the `time`.
    pub(crate) fn end(self, time: Duration, done: f64) -> Turn {
        let [program, postgres, nats] = self.now();
        let [program_before, postgres_before, nats_before] = self.before;
        Turn {
            done,
            seconds: time.as_secs_f64(),
            program_cpu_s: program - program_before,
            postgres_cpu_s: postgres - postgres_before,
            nats_cpu_s: nats - nats_before,
            memory_mib: self.program.map_or(f64::NAN, Meter::memory_mib),
        }
    }

    fn of(stage: &Stage, program: Option<Meter>) -> Result<Self, Failure> {
        let mut count = Self {
            program,
            postgres: stage.postgres_meter()?,
            nats: stage.nats_meter()?,
            before: [0.0; 3],
        };
        count.before = count.now();
        Ok(count)
    }

    fn now(&self) -> [f64; 3] {
        let program = self.program.map_or(f64::NAN, Meter::cpu_s);
        [program, self.postgres.cpu_s(), self.nats.cpu_s()]
    }
}

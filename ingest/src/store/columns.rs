//! Registration tables as parallel arrays, several tables behind each other: PostgreSQL has no
//! arrays of arrays of different lengths.

use entity::mac::MacAddress;

use crate::message::{Poll, Rate};

/// The clients of several polls. The n-th poll's are those from `first[n]` to `last[n]`, counted
/// from 1 as SQL does. In numbers 0 means not available.
#[derive(Default)]
pub(crate) struct Columns {
    pub(crate) first: Vec<i32>,
    pub(crate) last: Vec<i32>,
    pub(crate) interfaces: Vec<String>,
    pub(crate) macs: Vec<MacAddress>,
    pub(crate) signal: Vec<i16>,
    pub(crate) remote_signal: Vec<i16>,
    pub(crate) snr: Vec<i16>,
    pub(crate) ccq: Vec<i16>,
    pub(crate) tx_kbps: Vec<i32>,
    pub(crate) rx_kbps: Vec<i32>,
}

impl Columns {
    pub(crate) fn of<'a>(polls: impl Iterator<Item = &'a Poll>) -> Self {
        let mut columns = Self::default();
        for poll in polls {
            columns.first.push(columns.length() + 1);
            for client in &poll.clients {
                let reading = &client.reading;
                columns
                    .interfaces
                    .push(reading.interface.clone().unwrap_or_default());
                columns.macs.push(client.mac);
                columns.signal.push(reading.signal.unwrap_or_default());
                columns
                    .remote_signal
                    .push(reading.remote_signal.unwrap_or_default());
                columns.snr.push(reading.snr.unwrap_or_default());
                columns.ccq.push(reading.ccq.unwrap_or_default());
                columns.tx_kbps.push(kbps(reading.tx_rate.as_ref()));
                columns.rx_kbps.push(kbps(reading.rx_rate.as_ref()));
            }
            columns.last.push(columns.length());
        }
        columns
    }

    fn length(&self) -> i32 {
        i32::try_from(self.macs.len()).unwrap_or(i32::MAX)
    }
}

fn kbps(rate: Option<&Rate>) -> i32 {
    rate.and_then(|rate| rate.kbps).unwrap_or_default()
}

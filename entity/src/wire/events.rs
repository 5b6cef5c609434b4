//! The stream of link events, asked from either side.

use async_nats::jetstream;
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};

use crate::feed::Announced;
use crate::ids::TenantId;
use crate::wire::link_event::LinkEvent;
use crate::wire::subject;

/// The last event of `tenant` on `stream`, if there is one. It may take as long as NATS does: bound
/// it.
pub async fn last_announced(
    jetstream: &jetstream::Context,
    stream: &str,
    tenant: TenantId,
) -> Result<Option<Announced>, Box<dyn std::error::Error + Send + Sync>> {
    let stream: Stream<()> = jetstream.get_stream_no_info(stream).await?;
    let subject = subject::events_of(tenant);
    match stream.get_last_raw_message_by_subject(&subject).await {
        Ok(message) => {
            let event: LinkEvent = serde_json::from_slice(&message.payload)?;
            Ok(Some((&event).into()))
        }
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

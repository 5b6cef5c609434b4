//! How many connections each tenant has open, so that one cannot take the room of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use entity::ids::TenantId;

use crate::auth::principal::Principal;
use crate::error::ApiError;

/// Who has how many.
#[derive(Clone)]
pub struct Seats {
    most: usize,
    taken: Arc<Mutex<HashMap<TenantId, usize>>>,
}

/// One connection of a tenant, until it is dropped.
pub struct Seat {
    of: Option<(TenantId, Seats)>,
}

impl Seats {
    /// So many for each tenant.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            taken: Arc::default(),
        }
    }

    /// Takes one for `principal`'s tenant. A caller of the platform that has chosen no tenant takes
    /// none.
    pub fn take(&self, principal: &Principal) -> Result<Seat, ApiError> {
        let Ok(scope) = principal.scope() else {
            return Ok(Seat { of: None });
        };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(scope.tenant()).or_default();
        if *count >= self.most {
            let what = "connections of this tenant";
            return Err(ApiError::limit(what, *count + 1, self.most));
        }
        *count += 1;
        Ok(Seat {
            of: Some((scope.tenant(), self.clone())),
        })
    }

    fn leave(&self, tenant: TenantId) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&tenant) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&tenant);
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some((tenant, seats)) = self.of.take() {
            seats.leave(tenant);
        }
    }
}

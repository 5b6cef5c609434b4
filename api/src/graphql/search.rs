//! What people type into a search box.

use entity::model::{device, device_interface};
use entity::scope::TenantScope;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query as Sql, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

use crate::error::ApiError;
use crate::limits;

/// Text that is looked for anywhere in a name, in any case; if it reads as the beginning or another
/// part of a MAC address, there, too.
pub struct Search {
    text: String,
    mac: Option<String>,
}

/// So few digits are in nearly every address.
const SHORTEST_MAC: usize = 4;

impl Search {
    /// The search for `text`. None when it is blank: then everything is meant.
    pub fn parse(text: &str) -> Result<Option<Self>, ApiError> {
        let text = text.trim().to_lowercase();
        let length = text.chars().count();
        if length > limits::SEARCH {
            return Err(ApiError::limit(
                "characters of a search",
                length,
                limits::SEARCH,
            ));
        }
        if text.chars().any(char::is_control) {
            // PostgreSQL takes no NUL, and no name holds any of the others.
            return Err(ApiError::bad_input("search holds control characters"));
        }
        let digits = text.replace([':', '-', '.'], "");
        let is_mac = (SHORTEST_MAC..=12).contains(&digits.len())
            && digits.chars().all(|digit| digit.is_ascii_hexdigit());
        Ok((!text.is_empty()).then_some(Self {
            text,
            mac: is_mac.then_some(digits),
        }))
    }

    /// Whether the text is in `column`.
    pub fn in_text(&self, column: impl ColumnTrait) -> SimpleExpr {
        contains(Func::lower(column.into_expr()).into(), &self.text)
    }

    /// Whether it is part of the address in `column`.
    pub fn in_mac(&self, column: impl ColumnTrait) -> Option<SimpleExpr> {
        let text = column.into_expr().cast_as("text");
        let digits = Expr::cust_with_exprs("replace($1, ':', '')", [text]);
        Some(contains(digits, self.mac.as_ref()?))
    }

    /// The devices of `scope`'s tenant whose host name has the text in it.
    pub fn hostnames(&self, scope: TenantScope) -> SelectStatement {
        Sql::select()
            .column(device::Column::Id)
            .from(device::Entity)
            .and_where(device::Column::TenantId.eq(scope.tenant()))
            .and_where(self.in_text(device::Column::Hostname))
            .to_owned()
    }

    /// Devices with the text in their host name, model or serial number, or with such an address.
    pub fn devices(&self, scope: TenantScope) -> Condition {
        use device::Column::{Hostname, Id, IpAddress, Model, SerialNumber};
        let ip = Expr::cust_with_exprs("host($1)", [IpAddress.into_expr()]);
        let mut found = Condition::any()
            .add(self.in_text(Hostname))
            .add(self.in_text(Model))
            .add(self.in_text(SerialNumber))
            .add(contains(ip, &self.text));
        if let Some(mac) = self.in_mac(device_interface::Column::MacAddress) {
            let owners = Sql::select()
                .column(device_interface::Column::DeviceId)
                .from(device_interface::Entity)
                .and_where(device_interface::Column::TenantId.eq(scope.tenant()))
                .and_where(mac)
                .to_owned();
            found = found.add(Id.in_subquery(owners));
        }
        found
    }
}

/// LIKE would give `%` and `_` in the text a meaning.
fn contains(text: SimpleExpr, part: &str) -> SimpleExpr {
    Expr::cust_with_exprs("strpos($1, $2)", [text, Expr::value(part)]).gt(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_as_part_of_an_address_is_looked_for_there_too() {
        let mac = |text| Search::parse(text).unwrap().unwrap().mac;
        for (text, digits) in [
            ("6C:3B:6B", Some("6c3b6b")),
            ("6c-3b-6b-a2-00-fc", Some("6c3b6ba200fc")),
            ("cafe", Some("cafe")),
            ("a2", None),
            ("ap-1", None),
            ("6c3b6ba200fc0", None),
        ] {
            assert_eq!(mac(text).as_deref(), digits, "{text}");
        }
    }

    #[test]
    fn blank_text_means_everything_and_nonsense_is_refused() {
        assert!(Search::parse("  ").unwrap().is_none());
        assert!(Search::parse("a\0").is_err());
        assert!(Search::parse(&"x".repeat(limits::SEARCH + 1)).is_err());
    }
}

//! The policy: who may do what. One line an action.

use crate::auth::role::Role::{self, Admin, Operator, Platform, Viewer};
use crate::permit::action::Action;

macro_rules! policy {
    ($( $action:ident = $name:literal: [$( $role:ident ),*] )*) => {
        $(
            #[doc = concat!("To `", $name, "`.")]
            pub struct $action;

            impl Action for $action {
                const NAME: &'static str = $name;
                const ROLES: &'static [Role] = &[$( $role ),*];
            }
        )*

        /// The whole policy, to be printed.
        pub const TABLE: &[(&str, &[Role])] = &[$( ($name, &[$( $role ),*]) ),*];
    };
}

policy! {
    ReadTenant      = "read":            [Viewer, Operator, Admin, Platform]
    ListTenants     = "tenants":         [Platform]
    ListApiKeys     = "apiKeys":         [Admin, Platform]
    CreateTenant    = "createTenant":    [Platform]
    CreateSite      = "createSite":      [Operator, Admin, Platform]
    UpdateSite      = "updateSite":      [Operator, Admin, Platform]
    DeleteSite      = "deleteSite":      [Operator, Admin, Platform]
    CreateDevices   = "createDevices":   [Operator, Admin, Platform]
    UpdateDevice    = "updateDevice":    [Operator, Admin, Platform]
    DeleteDevice    = "deleteDevice":    [Operator, Admin, Platform]
    ForgetLink      = "forgetLink":      [Operator, Admin, Platform]
    SetLinkPolicy   = "setLinkPolicy":   [Operator, Admin, Platform]
    ClearLinkPolicy = "clearLinkPolicy": [Operator, Admin, Platform]
    CreateApiKey    = "createApiKey":    [Admin, Platform]
    RevokeApiKey    = "revokeApiKey":    [Admin, Platform]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is() {
        let lines: Vec<String> = TABLE
            .iter()
            .map(|(action, roles)| {
                let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
                format!("{action}: {}", roles.join(", "))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        read: viewer, operator, admin, platform
        tenants: platform
        apiKeys: admin, platform
        createTenant: platform
        createSite: operator, admin, platform
        updateSite: operator, admin, platform
        deleteSite: operator, admin, platform
        createDevices: operator, admin, platform
        updateDevice: operator, admin, platform
        deleteDevice: operator, admin, platform
        forgetLink: operator, admin, platform
        setLinkPolicy: operator, admin, platform
        clearLinkPolicy: operator, admin, platform
        createApiKey: admin, platform
        revokeApiKey: admin, platform
        ");
    }
}

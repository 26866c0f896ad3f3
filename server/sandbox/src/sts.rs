//! STS 2015-04-01.

use serde_json::json;

use crate::ACCOUNT_ID;
use crate::dispatch::{Answer, Call, Caller};
use crate::world::World;

pub(crate) fn get_caller_identity(world: &World, call: &Call<'_>) -> Answer {
    Ok(match call.caller {
        Caller::Administrator => json!({
            "AccountId": ACCOUNT_ID, "PrincipalId": ACCOUNT_ID, "UserId": ACCOUNT_ID,
            "IdentityType": "Account", "Arn": format!("acs:ram::{ACCOUNT_ID}:root"),
        }),
        Caller::User(name) => {
            let user_id = world.users.get(name).map(|user| user.user_id.as_str()).unwrap_or_default();
            json!({
                "AccountId": ACCOUNT_ID, "PrincipalId": user_id, "UserId": user_id,
                "IdentityType": "RAMUser", "Arn": format!("acs:ram::{ACCOUNT_ID}:user/{name}"),
            })
        }
    })
}

//! Calls Credence with the AWS SDK for Rust and prints what came of it as one JSON object. Endpoints,
//! region and credentials come from the environment.

use aws_config::BehaviorVersion;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let sts = aws_sdk_sts::Client::new(&config);
    let iam = aws_sdk_iam::Client::new(&config);
    let identity = sts.get_caller_identity().send().await?;
    let issued = sts
        .get_web_identity_token()
        .audience("https://api.example.com")
        .signing_algorithm("ES384")
        .send()
        .await?;
    let user = iam.get_user().send().await?;
    let missing = iam.get_user().user_name("nobody-is-called-so").send().await;
    let knows_missing = missing
        .is_err_and(|error| error.into_service_error().is_no_such_entity_exception());
    println!(
        "{}",
        serde_json::json!({
            "arn": identity.arn(),
            "account": identity.account(),
            "token": issued.web_identity_token(),
            "user": user.user().map(|user| user.user_name()),
            "knowsMissing": knows_missing,
        })
    );
    Ok(())
}

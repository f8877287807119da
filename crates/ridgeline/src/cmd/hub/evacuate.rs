//! `ridgeline hub evacuate` and `ridgeline hub evacuation`.

use super::Dir;
use anyhow::{Context, Result};
use clap::Subcommand;
use exchange::{SigningKey, keyfile};
use hub::EvacuationOrder;
use jiff::{SignedDuration, Timestamp};
use model::HubId;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(
    after_help = "Overwrites and removes the hub's keys first, then everything in its folder. A hub that runs on the \
folder stops by itself. It cannot be undone: rehearse it, and keep the order where it is found when it is needed.

Examples:
  ridgeline hub evacuate --dir /var/lib/ridgeline --order order.json --rehearse
  ridgeline hub evacuate --dir /var/lib/ridgeline --order order.json"
)]
pub(crate) struct EvacuateArgs {
    #[command(flatten)]
    dir: Dir,
    /// The signed order
    #[arg(long)]
    order: PathBuf,
    /// Check the order, read through all that it would destroy, note it in the ledger, and destroy nothing
    #[arg(long)]
    rehearse: bool,
}

#[derive(Subcommand)]
pub(crate) enum Prepare {
    /// Make the key of those who may give the order; print its public half, for evacuation_key in hub.toml
    Key {
        /// Where the secret half goes; keep it away from every hub
        #[arg(long)]
        out: PathBuf,
    },
    /// Print a signed order, as JSON
    #[command(after_help = "Example:
  ridgeline hub evacuation order --key evacuation.key --hub 0199a0c2-... --reason 'Orders of the minister' --days 30")]
    Order {
        /// The secret key
        #[arg(long)]
        key: PathBuf,
        /// A hub's id, as in its folder's hub.id; may be repeated, for a site or a country
        #[arg(long = "hub", required = true)]
        hubs: Vec<HubId>,
        /// Why
        #[arg(long)]
        reason: String,
        /// Days that it is good for
        #[arg(long, default_value_t = 7)]
        days: u16,
    },
}

pub(crate) fn run(args: &EvacuateArgs) -> Result<()> {
    let text = std::fs::read_to_string(&args.order)
        .with_context(|| format!("cannot read {}", args.order.display()))?;
    let order: EvacuationOrder = serde_json::from_str(&text)
        .with_context(|| format!("{} is not an order; see `hub evacuation order`", args.order.display()))?;
    let done = hub::evacuate(&args.dir.dir, &order, Timestamp::now(), args.rehearse)?;
    let what = if args.rehearse { "would be destroyed (read through" } else { "destroyed (keys gone" };
    println!(
        "{} files, {} bytes {what} after {:.1?}, all after {:.1?})",
        done.files, done.bytes, done.keys_after, done.all_after
    );
    Ok(())
}

pub(crate) fn prepare(args: &Prepare) -> Result<()> {
    match args {
        Prepare::Key { out } => {
            let key = SigningKey::generate(&mut rand::rng());
            keyfile::write_new(out, &key.to_secret_text())
                .with_context(|| format!("cannot write {}", out.display()))?;
            println!("evacuation_key = \"{}\"", key.verifying_key());
        }
        Prepare::Order { key, hubs, reason, days } => {
            let secret = keyfile::read(key).with_context(|| format!("cannot read {}", key.display()))?;
            let key = SigningKey::from_secret_text(secret.trim())?;
            let order = EvacuationOrder {
                hubs: hubs.clone(),
                reason: reason.clone(),
                valid_until: Timestamp::now() + SignedDuration::from_hours(24 * i64::from(*days)),
                signature: String::new(),
            };
            println!("{}", serde_json::to_string_pretty(&order.sign(&key))?);
        }
    }
    Ok(())
}

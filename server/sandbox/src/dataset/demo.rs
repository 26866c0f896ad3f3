//! The demo data: a shipping company's account.

/// What a demo secret is doing.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Doing {
    /// Rotates every so many days; the last rotation was so many days ago.
    Rotates(i64, i64),
    /// Never rotated yet; created so many days ago.
    Waits(i64, i64),
    Off,
    Failing,
    UnderWay,
    /// So many days left in the deletion window.
    Pending(i64),
    Unavailable,
}
use Doing::{Failing, Off, Pending, Rotates, Unavailable, UnderWay, Waits};

/// RAM user, display name, team, what the user's applications do, what its secret is doing.
pub(super) type Row = (&'static str, &'static str, &'static str, &'static str, Doing);

pub(super) const HANGZHOU: &[Row] = &[
    (
        "payroll-exporter",
        "Payroll exporter",
        "people",
        "Writes the monthly payroll files to OSS",
        Rotates(30, 11),
    ),
    (
        "legacy-ftp",
        "Legacy FTP bridge",
        "platform",
        "Copies carriers' FTP drops; the vendor's appliance cannot reload keys",
        Off,
    ),
    ("search-indexer", "Search indexer", "search", "Feeds the shipment search", Failing),
    ("image-resizer", "Image resizer", "web", "Makes thumbnails of damage reports", UnderWay),
    ("old-reports", "Old reporting jobs", "finance", "Replaced by the ledger reports in August", Pending(12)),
    ("invoice-mailer", "Invoice mailer", "finance", "Sends invoices through DirectMail", Rotates(30, 24)),
    ("ledger-reports", "Ledger reports", "finance", "Nightly ledger reports", Rotates(90, 61)),
    ("tariff-sync", "Tariff sync", "pricing", "Pulls customs tariffs into the price engine", Rotates(30, 4)),
    ("price-engine", "Price engine", "pricing", "Quotes for shippers", Rotates(7, 6)),
    ("route-planner", "Route planner", "routing", "Plans tours for the Hangzhou hub", Rotates(30, 17)),
    ("driver-app", "Driver app backend", "routing", "Uploads proofs of delivery", Rotates(14, 9)),
    ("geofence-alerts", "Geofence alerts", "routing", "Tells customers that a truck is near", Waits(30, 3)),
    (
        "warehouse-scanner",
        "Warehouse scanners",
        "warehouse",
        "Handheld scanners, dock 1 to 14",
        Rotates(60, 44),
    ),
    ("stock-snapshots", "Stock snapshots", "warehouse", "Hourly stock snapshots", Rotates(30, 29)),
    ("label-printer", "Label printers", "warehouse", "Firmware without key reload; replacement planned", Off),
    ("backup-vault", "Backup vault", "platform", "Encrypted backups of the order database", Rotates(90, 12)),
    ("log-shipper", "Log shipper", "platform", "Ships logs to SLS", Rotates(30, 8)),
    ("ci-artifacts", "CI artifacts", "platform", "Uploads build artifacts", Rotates(7, 2)),
    ("fraud-scoring", "Fraud scoring", "risk", "Scores new shippers", Rotates(30, 21)),
    ("kyc-archive", "KYC archive", "risk", "Identity documents, kept for ten years", Waits(90, 20)),
];
pub(super) const SHANGHAI: &[Row] = &[
    ("port-gateway", "Port gateway", "routing", "Vessel messages of the port of Shanghai", Rotates(30, 13)),
    ("customs-edi", "Customs EDI", "routing", "Declarations to customs", Rotates(30, 19)),
    ("container-tracker", "Container tracker", "routing", "Positions of containers", Rotates(14, 3)),
    ("cold-chain", "Cold chain sensors", "warehouse", "Temperatures of reefers", Rotates(60, 51)),
    ("bonded-stock", "Bonded stock", "warehouse", "Stock under customs' seal", Unavailable),
    ("finance-mirror", "Finance mirror", "finance", "Copy of the ledger for auditors", Rotates(90, 77)),
    ("tax-filing", "Tax filing", "finance", "Files value-added tax", Waits(30, 6)),
    ("partner-api", "Partner API", "web", "Keys of the partner portal", Rotates(7, 5)),
    ("cdn-purge", "CDN purge", "web", "Purges the tracking site's cache", Off),
    ("video-transcode", "Video transcoding", "web", "Dash camera clips", Failing),
    ("ml-features", "ML features", "search", "Feature store for arrival forecasts", Rotates(30, 26)),
    ("mq-bridge", "Message bridge", "platform", "Bridges RocketMQ between regions", Rotates(30, 1)),
    ("beta-portal", "Beta portal", "web", "Closed after the pilot", Pending(3)),
];
pub(super) const SINGAPORE: &[Row] = &[
    ("sg-checkout", "Checkout (Singapore)", "web", "Payments of shippers in Singapore", Rotates(30, 15)),
    ("sg-notifier", "Notifier (Singapore)", "web", "SMS and mail for Southeast Asia", Rotates(30, 7)),
    ("sg-warehouse", "Warehouse (Singapore)", "warehouse", "Changi free trade zone", Rotates(60, 33)),
    ("sg-backup", "Backups (Singapore)", "platform", "Copies of backups outside China", Rotates(90, 40)),
    ("sg-analytics", "Analytics (Singapore)", "search", "Dashboards for the region", Waits(30, 1)),
    ("halal-registry", "Halal registry", "warehouse", "Certificates of food shippers", Off),
    ("ferry-slots", "Ferry slots", "routing", "Books ferry slots to Batam", Rotates(14, 13)),
    ("sg-sandbox", "Trial account", "platform", "Made for a proof of concept", Pending(27)),
];
/// Users without a secret: name, display name, AccessKeys.
pub(super) const FREE_USERS: &[(&str, &str, usize)] = &[
    ("checkout-api", "Checkout API", 1),
    ("data-lake-sync", "Data lake sync", 2),
    ("new-hire-bot", "New hire bot", 0),
    ("chat-ops", "Chat operations", 1),
    ("capacity-planner", "Capacity planner", 1),
    ("contract-scanner", "Contract scanner", 1),
    ("dns-updater", "DNS updater", 1),
    ("fleet-telemetry", "Fleet telemetry", 2),
    ("fuel-cards", "Fuel cards", 1),
    ("gate-cameras", "Gate cameras", 1),
    ("grafana-reader", "Grafana reader", 1),
    ("hr-directory", "HR directory", 1),
    ("li.wei", "Li Wei 李伟", 0),
    ("maria.lindqvist", "Maria Lindqvist", 0),
    ("oncall-pager", "On-call pager", 1),
    ("pallet-robots", "Pallet robots", 2),
    ("sla-monitor", "SLA monitor", 1),
    ("terraform", "Terraform", 1),
    ("yard-kiosk", "Yard kiosk", 1),
];

/// Those among the users who may call something themselves, by the vendor's own policies.
pub(super) const MAY: &[(&str, &[&str])] = &[
    ("terraform", &["AliyunKMSFullAccess", "AliyunRAMReadOnlyAccess"]),
    ("checkout-api", &["AliyunKMSSecretUserAccess"]),
    ("sla-monitor", &["AliyunKMSReadOnlyAccess"]),
    ("oncall-pager", &["AliyunSTSAssumeRoleAccess"]),
];

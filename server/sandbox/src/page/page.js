// The page at /_sandbox/: reads and turns the control calls, every few seconds while it is looked at.
const at = (id) => document.getElementById(id);

async function ask(path, method = "GET", body) {
  const answer = await fetch(`/_sandbox/${path}`, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (answer.status === 204) return null;
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.message);
  return value;
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text ?? "";
  if (className) made.className = className;
  return made;
}

/** What each part shows: drawing it anew would take the focus from whoever is in it. */
const shown = new Map();

function isShown(part, value) {
  const text = JSON.stringify(value);
  const same = shown.get(part) === text;
  shown.set(part, text);
  return same;
}

function fill(body, rows, empty) {
  if (isShown(body.id, rows.map((cells) => cells.map((cell) => cell?.textContent ?? cell)))) return;
  const columns = body.closest("table").querySelectorAll("th").length;
  const none = element("tr");
  none.append(Object.assign(element("td", empty), { colSpan: columns }));
  body.replaceChildren(...(rows.length ? rows.map((cells) => {
    const row = element("tr");
    row.append(...cells.map((cell) => (cell instanceof Node ? cell : element("td", cell))));
    return row;
  }) : [none]));
}

function showFaults(faults) {
  if (isShown("faults", faults)) return;
  at("faults").replaceChildren(...(faults.length ? faults.map((fault) => {
    const left = fault.times == null ? "until it is removed" : `${fault.times} more times`;
    const what = [fault.kind, fault.status, fault.code, fault.millis ? `${fault.millis} ms` : null].filter(Boolean).join(" ");
    const named = (value, any) => (value === "*" ? any : value);
    const where = `${named(fault.service, "any service")}, ${named(fault.action, "any action")}, ${named(fault.region, "any region")}`;
    const text = `${what}: ${where}; ${left}`;
    const item = element("li", text, "row");
    const remove = element("button", "Remove");
    remove.type = "button";
    remove.setAttribute("aria-label", `Remove fault: ${text}`);
    remove.onclick = () => turn("Fault removed.", `faults/${fault.id}`, "DELETE");
    item.append(remove);
    return item;
  }) : [element("li", "None: every call is answered as it should be.", "hint")]));
}

function showUse(summary) {
  if (isShown("use", [summary.http, summary.https])) return;
  const endpoint = summary.http;
  const lines = [
    ["Python (alibabacloud_*)", `Config(endpoint="${endpoint}", protocol="HTTP", access_key_id=…, access_key_secret=…)`],
    ["Python (aliyun-python-sdk-core)", `CommonRequest(domain="${endpoint}", …); request.set_protocol_type("http")`],
    ["JavaScript (@alicloud/kms20160120)", `new Config({ endpoint: '${endpoint}', protocol: 'HTTP', accessKeyId: …, accessKeySecret: … })`],
    ["JavaScript (@alicloud/pop-core)", `new RPCClient({ endpoint: 'http://${endpoint}', apiVersion: '2016-01-20', … })`],
    ["HTTPS", summary.https ? `https://${summary.https}, vouched for by http://${endpoint}/_sandbox/ca.pem` : "off; start it with --sandbox-tls-listen 127.0.0.1:3998"],
  ];
  at("use").replaceChildren(...lines.flatMap(([name, how]) => {
    const value = element("dd");
    value.append(element("code", how));
    return [element("dt", name), value];
  }));
}

let isFrozen = false;

async function refresh() {
  const [summary, clock, faults, calls, events] = await Promise.all(
    ["summary", "clock", "faults", "calls?limit=50", "events?limit=50"].map((path) => ask(path)),
  );
  isFrozen = clock.frozen;
  at("now").textContent = clock.now.replace("T", " ").replace("Z", " UTC");
  at("now").dateTime = clock.now;
  at("frozen").textContent = isFrozen ? "frozen" : "running";
  at("freeze").textContent = isFrozen ? "Let it run" : "Freeze";
  const kept = summary.data ? `kept in ${summary.data}` : "in memory, lost when it stops";
  const quotas = summary.throttling ? " The vendor's quotas hold." : "";
  at("counts").textContent = `${summary.secrets} secrets, ${summary.users} RAM users; ${kept}.${quotas}`;
  at("where").textContent = `KMS, RAM and STS on this machine, at http://${summary.http}`;
  fill(at("regions"), summary.regions.map((row) => [row.region, row.secrets, row.rotating, row.invalid, row.pendingDeletion]), "No region has secrets.");
  showFaults(faults);
  fill(at("calls"), calls.map((call) => {
    const answer = element("td", `${call.status} ${call.code ?? ""}`, call.code ? "failed" : "");
    return [call.at, `${call.service} ${call.action}`, answer, call.region, call.caller ?? "–"];
  }), "Nobody has called yet.");
  fill(at("events"), events.map((event) => [event.at, event.event, event.secret, event.region]), "Nothing yet; move the clock.");
  showUse(summary);
}

async function turn(done, path, method, body) {
  try {
    await ask(path, method, body);
    await refresh();
    at("message").textContent = done;
    at("message").className = "";
  } catch (error) {
    told(error);
  }
}

function told(error) {
  at("message").textContent = error.name === "TypeError" ? "The sandbox does not answer. Is it still running?" : `Not done: ${error.message}`;
  at("message").className = "alert";
}

at("advance").addEventListener("click", (event) => {
  const by = event.target.dataset.advance;
  if (by) turn(`The clock went on by ${by}.`, "clock", "POST", { advance: by });
});
at("freeze").addEventListener("click", () => turn(isFrozen ? "The clock runs." : "The clock stands.", "clock", "POST", { frozen: !isFrozen }));
at("refresh").addEventListener("click", () => refresh().then(() => { at("message").textContent = "Refreshed."; at("message").className = ""; }, told));
at("set").addEventListener("submit", (event) => {
  event.preventDefault();
  turn("The clock was set.", "clock", "POST", { set: `${at("to").value}:00Z`.replace(/(:\d\d:\d\d):00Z$/, "$1Z") });
});
at("reset").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!confirm("Start again? The whole state, the clock, the faults and the log are dropped.")) return;
  const form = new FormData(event.target);
  turn("Started again.", "reset", "POST", { dataset: form.get("dataset"), throttling: form.has("throttling") });
});
at("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = Object.fromEntries(new FormData(event.target));
  const fault = { kind: form.kind, service: form.service, action: form.action || "*", region: form.region || "*" };
  if (form.kind === "error") fault.status = Number(form.status);
  if (["delay", "slow-body"].includes(form.kind)) fault.millis = Number(form.millis);
  if (form.times) fault.times = Number(form.times);
  turn("Fault added.", "faults", "POST", fault);
});

refresh().catch(told);
setInterval(() => document.hidden || refresh().catch(told), 5_000);

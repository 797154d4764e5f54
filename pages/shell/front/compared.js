// Two conventions of imbalance side by side: one line, and under it the cells they judge
// differently.

export class Compared {
  constructor(parent) {
    this.root = document.createElement("details");
    this.root.className = "ts-compared";
    this.root.dataset.testid = "compared";
    this.root.hidden = true;
    this.summary = this.root.appendChild(document.createElement("summary"));
    this.body = this.root.appendChild(document.createElement("div"));
    parent.appendChild(this.root);
  }

  /** Show the words of a frame; without any, nothing. Whether it is open stays as it was. */
  show(words) {
    const text = JSON.stringify(words ?? null);
    if (this.text === text) return;
    this.text = text;
    this.root.hidden = !words;
    if (!words) return;
    this.root.classList.toggle("ts-bare", !words.rows.length);
    this.summary.textContent = words.summary;
    this.body.replaceChildren();
    this.line(words.legend);
    const table = this.body.appendChild(document.createElement("table"));
    for (const { price, side, by, why } of words.rows) {
      const row = table.insertRow();
      row.insertCell().textContent = price;
      const where = row.insertCell();
      where.textContent = side;
      where.className = side === "ask" ? "ts-buy" : "ts-sell";
      row.insertCell().textContent = by;
      row.insertCell().textContent = why;
    }
    this.line(words.more);
  }

  line(text) {
    if (text) this.body.appendChild(document.createElement("p")).textContent = text;
  }
}

// Draws the chart of the overview from the table that stands below it, whenever that is new. Who runs no scripts has the table.
"use strict";
const LINES = ["solid", "dashed", "dotted"];
const charts = new WeakMap();

function figures(table) {
  const services = [...table.querySelectorAll("[data-service]")].map((each) => each.dataset.service);
  const rows = [...table.querySelectorAll("[data-at]")].reverse();
  const column = (n) => rows.map((row) => {
    const value = row.querySelectorAll("[data-value]")[n].dataset.value;
    return [Number(row.dataset.at), value === "" ? null : Number(value)];
  });
  return services.map((name, n) => ({ name, rate: column(2 * n), behind: column(2 * n + 1) }));
}

function option(box, table) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const written = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const number = (value) => (value === null || value === undefined ? "–" : written.format(value));
  const text = { color: colour("text"), fontFamily: getComputedStyle(document.body).fontFamily };
  const quiet = { ...text, color: colour("quiet") };
  const about = [box.dataset.rate, box.dataset.behind];
  const services = figures(table);
  const series = services.flatMap((each, n) => [each.rate, each.behind].map((data, at) => ({
    type: "line", name: each.name, data, xAxisIndex: at, yAxisIndex: at, showSymbol: data.length < 3, symbolSize: 4, connectNulls: false,
    itemStyle: { color: colour(`s${n % 4}`) }, lineStyle: { width: 2, type: LINES[n % LINES.length] }, emphasis: { disabled: true },
  })));
  const latest = services[0].rate.at(-1)[0];
  const axis = (at) => ({
    type: "time", gridIndex: at, min: latest - 3600000, max: latest, axisLabel: { ...quiet, show: at === 1, formatter: "{HH}:{mm}", hideOverlap: true },
    axisLine: { lineStyle: { color: colour("edge") } }, axisTick: { show: at === 1 }, splitLine: { show: false }, minInterval: 60000,
  });
  const height = (at) => ({
    type: "value", gridIndex: at, name: about[at], nameLocation: "end", nameTextStyle: { ...quiet, align: "left" }, min: 0, splitNumber: 2,
    axisLabel: { ...quiet, formatter: number }, splitLine: { lineStyle: { color: colour("line") } },
    minInterval: at, nameGap: 10,
  });
  return {
    animation: false, useUTC: true, textStyle: text, series,
    aria: { enabled: true, label: { description: box.dataset.about } },
    legend: { top: 0, left: 0, itemWidth: 28, textStyle: text, inactiveColor: colour("edge"), data: services.map((each) => each.name) },
    grid: [{ left: 64, right: 20, top: 60, height: 92 }, { left: 64, right: 20, top: 196, height: 72 }],
    xAxis: [axis(0), axis(1)], yAxis: [height(0), height(1)],
    axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: colour("edge") } },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("card"), borderColor: colour("edge"), textStyle: text,
      formatter: (shown) => {
        const at = new Date(shown[0].value[0]).toISOString().slice(11, 16);
        const lines = services.map((each) => {
          const of = (axis) => number(shown.find((s) => s.seriesName === each.name && s.axisIndex === axis)?.value[1]);
          return `${each.name}: ${of(0)} · ${of(1)}`;
        });
        return [`${at}  ${about.join(" · ")}`, ...lines].join("\n");
      },
    },
  };
}

function draw() {
  for (const box of document.querySelectorAll(".chart")) {
    const table = box.parentElement.querySelector("table.trend");
    if (!table || !window.echarts) continue;
    let chart = charts.get(box);
    if (!chart) {
      const inner = document.createElement("div");
      box.replaceChildren(inner);
      chart = echarts.init(inner, null, { renderer: "svg" });
      charts.set(box, chart);
      new ResizeObserver(() => chart.resize()).observe(box);
    }
    chart.setOption(option(box, table), { notMerge: true });
  }
}
document.addEventListener("htmx:after:swap", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

declare module "virtual:chart" {
  export const wide: import("./chart-layout.ts").Chart
  export const narrow: import("./chart-layout.ts").Chart
}

declare module "virtual:scenarios" {
  export const scenarios: import("./offered-scenarios.ts").PlayableScenario[]
}

"use strict";

/**
 * The import directions of CONTRIBUTING, checked by `npm run borders`. Type-only imports count as imports, unless a
 * rule says otherwise.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */

const OURS = "^(index\\.ts|infra|functions|analytics|site|commands|packages|test|tools)(/|$)";
const PRODUCT = "^(index\\.ts|infra|functions|analytics|site)(/|$)";

/** Modules without imports: object keys and words. */
const SHARED_LEAVES = "^(analytics/words|functions/shared/keys)\\.ts$";

/** `from` may import those of our folders, besides itself. */
function only(name, from, allowed, because) {
  return {
    name,
    severity: "error",
    comment: because,
    from: { path: from },
    to: { path: OURS, pathNot: [from, ...allowed] },
  };
}

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      comment: "Two files that need each other are one thing, or share a third.",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circles-between-folders",
      severity: "error",
      comment: "Folders side by side, also within a package, depend on each other in one direction.",
      scope: "folder",
      from: { path: "^([^/]+|packages/[^/]+/src)/[^/]+$" },
      to: { path: "^$1/[^/]+$", circular: true },
    },
    {
      name: "declared-dependencies",
      severity: "error",
      comment: "A package declares what it imports in its own package.json.",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    only("analytics-imports-nothing", "^analytics/", [], "It is pure: bytes in, report out."),
    ...["bls", "quality", "reports", "changes", "tables"].map((folder, at, folders) => ({
      name: `analytics-${folder}-imports-downward`,
      severity: "error",
      comment: `In analytics/, a folder imports the files at the root and the folders before it: ${folders.join(", ")}.`,
      from: { path: `^analytics/${folder}/` },
      to: {
        path: ["analyzeFiles\\.ts$", ...folders.slice(at + 1).map((above) => `${above}/`)].map(
          (to) => `^analytics/${to}`,
        ),
      },
    })),
    {
      name: "analytics-root-imports-no-folder",
      severity: "error",
      comment: "The files at the root of analytics/ serve all folders; only the entry imports them.",
      from: { path: "^analytics/[^/]+\\.ts$", pathNot: "^analytics/analyzeFiles\\.ts$" },
      to: { path: "^analytics/[^/]+/" },
    },
    only(
      "functions-import-analytics",
      "^functions/",
      ["^analytics/"],
      "Handlers use the analysis, not the program.",
    ),
    only("index-imports-infra", "^index\\.ts$", ["^infra/", SHARED_LEAVES], "The pipeline on one screen."),
    {
      name: "infra-knows-functions-by-bundle",
      severity: "error",
      comment:
        "The program packages a function by its bundle's path; it takes types, object keys and words alone.",
      from: { path: "^infra/" },
      to: { path: OURS, pathNot: ["^infra/", SHARED_LEAVES], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "page-takes-types",
      severity: "error",
      comment: "The page is small: it loads no code of the pipeline but two modules without imports.",
      from: { path: "^site/" },
      to: { path: OURS, pathNot: ["^site/", SHARED_LEAVES], dependencyTypesNot: ["type-only"] },
    },
    only(
      "packages-know-no-product",
      "^packages/[^/]+/src/",
      ["^packages/[^/]+/src/"],
      "The packages serve any program.",
    ),
    only("local-aws-stands-alone", "^packages/local-aws/src/", [], "It is the lowest package."),
    only("local-sources-stands-alone", "^packages/local-sources/src/", [], "It is a server of files."),
    {
      name: "packages-by-their-exports",
      severity: "error",
      comment: "What a package offers is in the `exports` of its package.json.",
      from: { path: "^(?!packages/)" },
      to: { path: "^packages/[^/]+/src/", dependencyTypesNot: ["aliased-workspace"] },
    },
    {
      name: "packages-by-their-exports-among-themselves",
      severity: "error",
      comment: "What a package offers is in the `exports` of its package.json.",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/[^/]+/src/",
        pathNot: "^packages/$1/",
        dependencyTypesNot: ["aliased-workspace", "undetermined"],
      },
    },
    {
      name: "nothing-imports-commands",
      severity: "error",
      comment: "Commands are the top: only tests and tools start them.",
      from: { pathNot: "^(commands|test|tools)/" },
      to: { path: "^commands/" },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      comment: "What the product needs is not in a test's folder.",
      from: { pathNot: "^(test|packages/[^/]+/test)/" },
      to: { path: "^(test|packages/[^/]+/test)/" },
    },
    {
      name: "product-without-tools",
      severity: "error",
      comment: "The product runs without the packages and the tools beside it.",
      from: { path: PRODUCT },
      to: { path: "^(packages|tools)/" },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that leads nowhere.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|packages/[^/]+/test/fixtures)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};

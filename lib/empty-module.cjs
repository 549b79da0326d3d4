// Stands in for packages that are imported but never used in a function (see bundle.ts).
module.exports = {};

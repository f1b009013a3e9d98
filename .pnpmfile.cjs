// The node-<platform> packages carry `os` and `cpu` as strings. pnpm reads only arrays, and would install every platform.
function readPackage(manifest) {
  if (/^node-(linux|win|darwin)-/.test(manifest.name ?? "")) {
    for (const field of ["os", "cpu"]) {
      if (typeof manifest[field] === "string") manifest[field] = [manifest[field]];
    }
  }
  return manifest;
}

module.exports = { hooks: { readPackage } };

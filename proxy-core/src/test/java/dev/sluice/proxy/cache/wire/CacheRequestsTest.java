package dev.sluice.proxy.cache.wire;

/** What requests ask for (RFC 9111 §5.2.1, §5.4). */
class CacheRequestsTest extends CacheWireTable {
    private static final String LONG = "Cache-Control: max-age=3600";
    private static final String OLD = "Age: 1000";

    @Override
    void rows(CacheRow rows) {
        refuses(rows, "RFC 9111 5.2.1.1", "max-age=0", LONG);
        refuses(rows, "RFC 9111 5.2.1.1", "max-age=1", LONG, OLD);
        refuses(rows, "RFC 9111 5.2.1.1", "max-age=999", LONG, OLD);
        refuses(rows, "RFC 9111 5.2.1.1", "MAX-AGE=\"0\"", LONG);
        accepts(rows, "RFC 9111 5.2.1.1", "max-age=1010", LONG, OLD);
        refuses(rows, "RFC 9111 5.2.1.3", "min-fresh=2000", "Cache-Control: max-age=1500");
        refuses(rows, "RFC 9111 5.2.1.3", "min-fresh=1000", "Cache-Control: max-age=1500", OLD);
        accepts(rows, "RFC 9111 5.2.1.3", "min-fresh=400", "Cache-Control: max-age=1500", OLD);
        refuses(rows, "RFC 9111 5.2.1.4", "no-cache", LONG);
        refuses(rows, "RFC 9111 5.2.1.4", "No-Cache", LONG);
        accepts(rows, "RFC 9111 5.2.3", "foobar", LONG);
        accepts(rows, "RFC 9111 5.2.1.2", "max-stale=1000", "Cache-Control: max-age=1500", "Age: 2000");
        accepts(rows, "RFC 9111 5.2.1.2", "max-stale", "Cache-Control: max-age=1500", "Age: 2000");
        refuses(rows, "RFC 9111 5.2.1.2", "max-stale=100", "Cache-Control: max-age=1500", "Age: 2000");
        refuses(
                rows,
                "RFC 9111 5.2.2.2",
                "max-stale=1000",
                "Cache-Control: max-age=1500, must-revalidate",
                "Age: 2000");
        refuses(
                rows,
                "RFC 9111 5.2.2.8",
                "max-stale=1000",
                "Cache-Control: max-age=1500, proxy-revalidate",
                "Age: 2000");
        refuses(rows, "RFC 9111 5.2.2.10", "max-stale=1000", "Cache-Control: s-maxage=1500", "Age: 2000");
        refuses(rows, "RFC 9111 5.2.2.4", "max-stale=1000", "Cache-Control: max-age=1500, no-cache", "Age: 2000");
        noStore(rows);
        onlyIfCached(rows);
        pragma(rows);
        noCacheIsValidated(rows);
    }

    private static void refuses(CacheRow rows, String section, String directive, String... lines) {
        rows.optimal(section, directive + " of a request refuses " + String.join(", ", lines), talk -> {
            talk.ok(lines).ok();
            talk.get().isMiss();
            talk.get("Cache-Control: " + directive).isMiss();
        });
    }

    private static void accepts(CacheRow rows, String section, String directive, String... lines) {
        rows.optimal(section, directive + " of a request accepts " + String.join(", ", lines), talk -> {
            talk.ok(lines);
            talk.get().isMiss();
            talk.get("Cache-Control: " + directive).isHit();
        });
    }

    private static void noStore(CacheRow rows) {
        rows.required("RFC 9111 5.2.1.5", "with no-store in the request nothing is stored", talk -> {
            talk.ok(LONG).ok(LONG);
            talk.get("Cache-Control: no-store").isMiss();
            talk.get().isMiss();
        });
        rows.optimal("RFC 9111 5.2.1.5", "what is stored is used for a request with no-store", talk -> {
            talk.ok(LONG);
            talk.get().isMiss();
            talk.get("Cache-Control: no-store").isHit();
        });
    }

    private static void onlyIfCached(CacheRow rows) {
        rows.required("RFC 9111 5.2.1.7", "only-if-cached without a stored response", talk -> {
            talk.get("Cache-Control: only-if-cached").has(504).isUnasked();
        });
        rows.required("RFC 9111 5.2.1.7", "only-if-cached with a stored response", talk -> {
            talk.ok(LONG);
            talk.get().isMiss();
            talk.get("Cache-Control: only-if-cached").isHit();
        });
        rows.required("RFC 9111 5.2.1.7", "only-if-cached with a stale response", talk -> {
            talk.ok("Cache-Control: max-age=1", "ETag: \"1\"");
            talk.get().isMiss();
            talk.advance(2);
            talk.get("Cache-Control: only-if-cached").has(504).isUnasked();
        });
        rows.required("RFC 9111 5.2.1.7", "only-if-cached with a part that is not stored", talk -> {
            talk.get("Cache-Control: only-if-cached", "Range: bytes=0-1")
                    .has(504)
                    .isUnasked();
        });
    }

    private static void pragma(CacheRow rows) {
        rows.optimal("RFC 9111 5.4", "Pragma: no-cache", talk -> {
            talk.ok(LONG).ok(LONG);
            talk.get().isMiss();
            talk.get("Pragma: no-cache").isMiss();
        });
        rows.optimal("RFC 9111 5.4", "Pragma beside Cache-Control", talk -> {
            talk.ok(LONG);
            talk.get().isMiss();
            talk.get("Pragma: no-cache", "Cache-Control: max-age=3600").isHit();
        });
        rows.optimal("RFC 9111 5.4", "another Pragma", talk -> {
            talk.ok(LONG);
            talk.get().isMiss();
            talk.get("Pragma: foo").isHit();
        });
        rows.fresh("RFC 9111 5.4", "Pragma: no-cache of a response says nothing", LONG, "Pragma: no-cache");
    }

    private static void noCacheIsValidated(CacheRow rows) {
        for (String directive : new String[] {"no-cache", "max-age=0"}) {
            rows.optimal("RFC 9111 5.2.1.4", directive + " validates by tag", talk -> {
                talk.ok(LONG, "ETag: \"1\"").answer(304, "ETag: \"1\"");
                talk.get().isMiss();
                talk.get("Cache-Control: " + directive)
                        .isValidated("If-None-Match: \"1\"")
                        .has(200, "answer 1");
            });
            rows.optimal("RFC 9111 5.2.1.4", directive + " validates by date", talk -> {
                String changed = talk.dates("Last-Modified: @-3000");
                talk.ok(LONG, changed).answer(304, changed);
                talk.get().isMiss();
                talk.get("Cache-Control: " + directive)
                        .isValidated(changed.replace("Last-Modified", "If-Modified-Since"))
                        .has(200, "answer 1");
            });
        }
    }
}

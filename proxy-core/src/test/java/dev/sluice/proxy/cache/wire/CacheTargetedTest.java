package dev.sluice.proxy.cache.wire;

/** {@code CDN-Cache-Control} (RFC 9213), which counts on a route, and not at a forward proxy. */
class CacheTargetedTest extends CacheWireTable {
    private static final String FIELD = "RFC 9213 2.2";
    private static final String FORM = "RFC 9213 2.1";

    @Override
    void rows(CacheRow rows) {
        fresh(rows, FIELD, "max-age", "CDN-Cache-Control: max-age=3600");
        stale(rows, FIELD, "max-age=0", "CDN-Cache-Control: max-age=0");
        fresh(rows, FIELD, "2^31", "CDN-Cache-Control: max-age=2147483648");
        fresh(rows, FIELD, "before max-age=0", "CDN-Cache-Control: max-age=3600", "Cache-Control: max-age=0");
        stale(rows, FIELD, "before max-age", "CDN-Cache-Control: max-age=1", "Cache-Control: max-age=3600");
        fresh(rows, FIELD, "before no-store", "CDN-Cache-Control: max-age=3600", "Cache-Control: no-store");
        fresh(rows, FIELD, "before private", "CDN-Cache-Control: max-age=3600", "Cache-Control: private");
        fresh(rows, FIELD, "before an old Expires", "CDN-Cache-Control: max-age=3600", "Expires: @-60");
        stale(rows, FIELD, "instead of Expires", "CDN-Cache-Control: public", "Expires: @3600");
        stale(rows, FIELD, "no-store before max-age", "CDN-Cache-Control: no-store", "Cache-Control: max-age=3600");
        stale(rows, FIELD, "no-cache before max-age", "CDN-Cache-Control: no-cache", "Cache-Control: max-age=3600");
        stale(rows, FIELD, "private before max-age", "CDN-Cache-Control: private", "Cache-Control: max-age=3600");
        stale(rows, FIELD, "no-store beside max-age", "CDN-Cache-Control: max-age=3600, no-store");
        fresh(rows, FIELD, "s-maxage", "CDN-Cache-Control: s-maxage=3600", "Cache-Control: max-age=0");
        stale(rows, "RFC 9111 5.1", "the age counts", "CDN-Cache-Control: max-age=3600", "Age: 7200");
        fresh(rows, "RFC 9111 5.1", "the age counts, below the time", "CDN-Cache-Control: max-age=3600", "Age: 1800");
        forms(rows);
        rows.requiredOfRoute(FIELD, "it goes on to clients", talk -> {
            talk.ok("CDN-Cache-Control: max-age=3600", "Cache-Control: max-age=1");
            talk.get().isMiss();
            talk.get().isHit().has("CDN-Cache-Control: max-age=3600", "Cache-Control: max-age=1");
        });
        rows.required(FIELD, "a field for others has no effect", talk -> {
            talk.ok("Other-Cache-Control: max-age=3600").ok();
            talk.get().isMiss();
            talk.get().isMiss();
        });
    }

    private static void forms(CacheRow rows) {
        fresh(rows, FORM, "an unknown directive", "CDN-Cache-Control: foo, max-age=3600");
        fresh(rows, FORM, "an unknown one with a value", "CDN-Cache-Control: foo=\"a, b\", max-age=3600");
        fresh(rows, FORM, "a parameter", "CDN-Cache-Control: max-age=3600;a=b");
        fresh(rows, FORM, "two lines", "CDN-Cache-Control: foo", "CDN-Cache-Control: max-age=3600");
        fresh(rows, "RFC 8941 3.2", "of two the last", "CDN-Cache-Control: max-age=0, max-age=3600");
        fresh(rows, FORM, "an empty field is ignored", "CDN-Cache-Control: ", "Cache-Control: max-age=3600");
        for (String broken : new String[] {
            "max-age=0,",
            "max-age=0 a",
            "=",
            "max-age =0",
            "max-age= 0",
            "MAX-AGE=0",
            "max-age=0; ",
            "\"a\"",
            "max-age=--0",
            "&"
        }) {
            fresh(
                    rows,
                    FORM,
                    "what cannot be read is ignored: " + broken,
                    "CDN-Cache-Control: " + broken,
                    "Cache-Control: max-age=3600");
        }
        for (String wrong : new String[] {
            "max-age=\"3600\"", "max-age=3600.0", "max-age", "max-age=-3600", "max-age=abc", "max-age=(3600)"
        }) {
            stale(
                    rows,
                    FORM,
                    "a value of the wrong type is not used: " + wrong,
                    "CDN-Cache-Control: " + wrong,
                    "Cache-Control: max-age=3600");
        }
        stale(rows, FORM, "what forbids does so beside a wrong type", "CDN-Cache-Control: no-store, max-age=\"3600\"");
        fresh(rows, FORM, "what is false is not there", "CDN-Cache-Control: no-store=?0, max-age=3600");
    }

    private static void fresh(CacheRow rows, String section, String rule, String... lines) {
        rows.optimalOfRoute(section, rule, talk -> {
            talk.ok(lines);
            talk.get().isMiss();
            talk.advance(2);
            talk.get().isHit();
        });
    }

    private static void stale(CacheRow rows, String section, String rule, String... lines) {
        rows.requiredOfRoute(section, rule, talk -> {
            talk.ok(lines).ok();
            talk.get().isMiss();
            talk.advance(2);
            talk.get().isMiss();
        });
    }
}

package dev.sluice.proxy.cache.wire;

/** The directives of responses, well-formed and not (RFC 9111 §5.2.2). */
class CacheDirectivesTest extends CacheWireTable {
    private static final String FORM = "RFC 9111 5.2";
    private static final String ETAG = "ETag: \"v1\"";

    @Override
    void rows(CacheRow rows) {
        forms(rows);
        broken(rows);
        forbidden(rows);
        validated(rows);
    }

    private static void forms(CacheRow rows) {
        rows.fresh(FORM, "without case", "Cache-Control: MaX-aGe=3600");
        rows.fresh(FORM, "a name in capitals", "CACHE-CONTROL: max-age=3600");
        rows.fresh(FORM, "a quoted number", "Cache-Control: max-age=\"3600\"");
        rows.fresh(FORM, "zeros in front", "Cache-Control: max-age=0003600");
        rows.fresh(FORM, "empty members", "Cache-Control: , ,max-age=3600,,");
        rows.fresh(FORM, "tabs", "Cache-Control:\tfoo\t,\tmax-age=3600\t");
        rows.fresh(FORM, "no blanks", "Cache-Control:public,max-age=3600");
        rows.fresh(FORM, "an extension that is quoted", "Cache-Control: ext=\"a, max-age=0, b\", max-age=3600");
        rows.fresh(FORM, "an extension with a quote in it", "Cache-Control: ext=\"a\\\", no-store, b\", max-age=3600");
        rows.stale(FORM, "what looks like it in an extension", "Cache-Control: ext=\"max-age=3600\"");
        rows.stale(FORM, "a longer name", "Cache-Control: max-agent=3600");
        rows.stale(FORM, "a name with something before it", "Cache-Control: x-max-age=3600");
        rows.fresh(FORM, "several lines", "Cache-Control: foo", "Cache-Control: max-age=3600");
        rows.stale("RFC 9111 4.2.1", "of two numbers the first, in one line", "Cache-Control: max-age=1, max-age=3600");
        rows.stale(
                "RFC 9111 4.2.1",
                "of two numbers the first, in two lines",
                "Cache-Control: max-age=1",
                "Cache-Control: max-age=3600");
        rows.fresh("RFC 9111 4.2.1", "of two numbers the first, a long one", "Cache-Control: max-age=3600, max-age=1");
    }

    /** RFC 9111 §4.2.1: who reads invalid freshness should take it for stale. */
    private static void broken(CacheRow rows) {
        for (String value : new String[] {
            "-3600", "3600.0", "0.5", "a3600", "3600a", "'3600'", " 3600", "", "\"\"", "\"3600", "3600\"", "+3600",
            "1e4", "0x10"
        }) {
            rows.stale("RFC 9111 4.2.1", "max-age=" + value, "Cache-Control: max-age=" + value);
        }
        rows.stale(FORM, "a space before the equals sign", "Cache-Control: max-age =3600");
        rows.stale(FORM, "spaces on both sides", "Cache-Control: max-age = 3600");
        rows.stale(FORM, "no number at all", "Cache-Control: max-age");
        rows.stale(FORM, "a semicolon", "Cache-Control: max-age=3600; no-transform");
        rows.stale(FORM, "a colon", "Cache-Control: max-age:3600");
        rows.stale(FORM, "a broken s-maxage", "Cache-Control: max-age=3600, s-maxage=abc");
    }

    private static void forbidden(CacheRow rows) {
        for (String value : new String[] {
            "no-store",
            "No-StOrE",
            "no-store=\"a\"",
            "no-store=1",
            "no-store, max-age=3600",
            "max-age=3600, no-store",
            "max-age=3600,no-store",
            "private, max-age=3600",
            "max-age=3600, PRIVATE",
            "private=",
            "max-age=3600, private=\"\"",
            "max-age=3600, private=;",
            "no-cache, max-age=3600",
            "max-age=3600, no-cache",
            "max-age=3600, No-Cache",
            "max-age=3600, no-cache=\"\"",
            "max-age=3600, no-cache=\"a"
        }) {
            rows.stale("RFC 9111 5.2.2", value, "Cache-Control: " + value);
        }
        rows.stale("RFC 9111 5.2.2.5", "no-store beside Expires", "Cache-Control: no-store", "Expires: @3600");
        rows.stale(
                "RFC 9111 5.2.2.5",
                "no-store in a second line",
                "Cache-Control: max-age=3600",
                "Cache-Control: no-store");
        rows.stale("RFC 9111 5.2.2.7", "private beside Expires", "Cache-Control: private", "Expires: @3600");
        rows.stale("RFC 9111 5.2.2.4", "no-cache beside Expires", "Cache-Control: no-cache", "Expires: @3600");
        rows.required("RFC 9111 5.2.2.5", "no-store is not stored, so there is nothing to validate", talk -> {
            talk.ok("Cache-Control: no-store, max-age=3600", ETAG).ok();
            talk.get().isMiss();
            assertNoCondition(talk.get().isMiss());
        });
        rows.required("RFC 9111 5.2.2.7", "private is not stored, so there is nothing to validate", talk -> {
            talk.ok("Cache-Control: private, max-age=3600", ETAG).ok();
            talk.get().isMiss();
            assertNoCondition(talk.get().isMiss());
        });
        rows.optimal(
                "RFC 9111 5.2.2.5",
                "what is stored stays if a newer answer is not for storing, to a client that asked for it",
                talk -> {
                    talk.ok("Cache-Control: max-age=3600").answer(503, "Cache-Control: no-store");
                    talk.get().isMiss();
                    talk.get("Cache-Control: no-cache").isMiss();
                    talk.get().isHit();
                });
    }

    static void assertNoCondition(CacheReply reply) {
        org.assertj.core.api.Assertions.assertThat(reply.sent())
                .noneMatch(line -> line.startsWith("If-None-Match") || line.startsWith("If-Modified-Since"));
    }

    private static void validated(CacheRow rows) {
        rows.optimal("RFC 9111 5.2.2.4", "no-cache is stored and validated", talk -> {
            talk.ok("Cache-Control: no-cache", ETAG).answer(304, ETAG);
            talk.get().isMiss();
            talk.get().isValidated("If-None-Match: \"v1\"").has(200, "answer 1");
        });
        rows.optimal("RFC 9111 5.2.2.4", "no-cache with a time is stored and validated", talk -> {
            talk.ok("Cache-Control: max-age=3600, no-cache", ETAG).answer(304, ETAG);
            talk.get().isMiss();
            talk.get().isValidated("If-None-Match: \"v1\"").has(200, "answer 1");
        });
        rows.optimal("RFC 9111 5.2.2.2", "must-revalidate is validated once it is stale", talk -> {
            talk.ok("Cache-Control: max-age=1, must-revalidate", ETAG).answer(304, ETAG);
            talk.get().isMiss();
            talk.advance(2);
            talk.get().isValidated("If-None-Match: \"v1\"").has(200, "answer 1");
        });
        rows.required("RFC 9111 5.2.2.4", "no-cache with names: the others are for everybody", talk -> {
            talk.ok("Cache-Control: max-age=3600, no-cache=\"a, B\"", "A: 1", "B: 2", "C: 3");
            talk.get().isMiss().has("A: 1", "B: 2", "C: 3");
            talk.get().isHit().lacks("A", "B").has("C: 3");
        });
        rows.required("RFC 9111 5.2.2.4", "no-cache with a name that is not quoted", talk -> {
            talk.ok("Cache-Control: max-age=3600, no-cache=a", "A: 1", "C: 3");
            talk.get().isMiss().has("A: 1");
            talk.get().isHit().lacks("A").has("C: 3");
        });
        rows.required("RFC 9111 5.2.2.7", "private with names", talk -> {
            talk.ok("Cache-Control: max-age=3600, private=\"set-cookie\"", "Set-Cookie: a=b", "C: 3");
            talk.get().isMiss().has("Set-Cookie: a=b");
            talk.get().isHit().lacks("Set-Cookie").has("C: 3");
        });
    }
}

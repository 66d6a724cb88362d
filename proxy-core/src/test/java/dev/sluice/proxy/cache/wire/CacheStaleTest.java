package dev.sluice.proxy.cache.wire;

/** Stale responses: while they are refreshed, and if the origin fails (RFC 9111 §4.2.4, RFC 5861). */
class CacheStaleTest extends CacheWireTable {
    private static final String ERROR = "RFC 5861 4";
    private static final String REFRESH = "RFC 5861 3";
    private static final String[] FORBIDDING = {"must-revalidate", "proxy-revalidate", "s-maxage=1", "no-cache"};

    @Override
    void rows(CacheRow rows) {
        whileRevalidating(rows);
        for (int status : new int[] {500, 502, 503, 504}) {
            rows.optimal(ERROR, "stale-if-error and " + status, talk -> {
                talk.ok("Cache-Control: max-age=1, stale-if-error=60").answer(status);
                talk.get().isMiss();
                talk.advance(3);
                talk.get().has(200, "answer 1").isAsked();
                talk.advance(60);
                talk.answer(status);
                talk.get().has(status);
            });
        }
        rows.optimal(ERROR, "stale-if-error and an origin that closes the connection", talk -> {
            talk.ok("Cache-Control: max-age=1, stale-if-error=60").dies();
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(200, "answer 1");
        });
        rows.optimal(ERROR, "stale-if-error counts as long as the origin fails, for each request", talk -> {
            talk.ok("Cache-Control: max-age=1, stale-if-error=60", "ETag: \"a\"")
                    .answer(503)
                    .dies();
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(200, "answer 1").isValidated("If-None-Match: \"a\"");
            talk.get().has(200, "answer 1").isAsked();
        });
        rows.required(ERROR, "not for another status", talk -> {
            talk.ok("Cache-Control: max-age=1, stale-if-error=60").answer(404);
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(404);
        });
        rows.required("RFC 9111 4.2.4", "nothing stale without leave if the origin fails", talk -> {
            talk.ok("Cache-Control: max-age=1").answer(503);
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(503);
        });
        rows.required("RFC 9111 4.2.4", "nothing stale without leave if the origin is away", talk -> {
            talk.ok("Cache-Control: max-age=1").dies();
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(502);
        });
        for (String directive : FORBIDDING) {
            forbidden(rows, directive);
        }
    }

    private static void whileRevalidating(CacheRow rows) {
        rows.optimal(REFRESH, "it is used while it is refreshed", talk -> {
            talk.ok("Cache-Control: max-age=1, stale-while-revalidate=60").ok("Cache-Control: max-age=3600");
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(200, "answer 1");
            talk.get().isHit(2);
        });
        rows.required(REFRESH, "not after its time", talk -> {
            talk.ok("Cache-Control: max-age=1, stale-while-revalidate=5").ok();
            talk.get().isMiss();
            talk.advance(7);
            talk.get().isMiss();
        });
        rows.optimal(REFRESH, "the refresh is a validation", talk -> {
            talk.ok("Cache-Control: max-age=1, stale-while-revalidate=60", "ETag: \"a\"")
                    .answer(304, "ETag: \"a\"", "Cache-Control: max-age=3600");
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(200, "answer 1").isValidated("If-None-Match: \"a\"");
            talk.get().isHit(1);
        });
        for (String broken :
                new String[] {"stale-while-revalidate=abc", "stale-while-revalidate", "stale-while-revalidate=-1"}) {
            rows.required(REFRESH, broken + " allows nothing", talk -> {
                talk.ok("Cache-Control: max-age=1, " + broken).ok();
                talk.get().isMiss();
                talk.advance(3);
                talk.get().isMiss();
            });
        }
    }

    private static void forbidden(CacheRow rows, String directive) {
        String lines = "Cache-Control: max-age=1, stale-if-error=60, stale-while-revalidate=60, " + directive;
        rows.required("RFC 9111 5.2.2", directive + " forbids what is stale", talk -> {
            talk.ok(lines, "ETag: \"a\"").ok();
            talk.get().isMiss();
            talk.advance(3);
            talk.get().isMiss();
        });
        rows.required("RFC 9111 5.2.2", directive + " and a 503 of the origin", talk -> {
            talk.ok(lines, "ETag: \"a\"").answer(503);
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(503, "answer 2");
        });
        rows.required("RFC 9111 5.2.2.2", directive + " and an origin that cannot be reached: 504", talk -> {
            talk.ok(lines, "ETag: \"a\"").dies();
            talk.get().isMiss();
            talk.advance(3);
            talk.get().has(504);
        });
    }
}

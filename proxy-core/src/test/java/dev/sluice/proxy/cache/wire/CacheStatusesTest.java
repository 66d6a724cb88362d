package dev.sluice.proxy.cache.wire;

/** What each status means, with a time and without one (RFC 9111 §3, §4.2.2; RFC 9110 §15). */
class CacheStatusesTest extends CacheWireTable {
    private static final int[] ALL = {
        200, 201, 202, 203, 204, 205, 226, 299, 300, 301, 302, 303, 307, 308, 399, 400, 401, 402, 403, 404, 405, 406,
        408, 409, 410, 411, 413, 414, 415, 417, 422, 423, 424, 426, 451, 499, 500, 501, 502, 503, 504, 505, 507, 599
    };
    private static final int[] HEURISTIC = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501};
    private static final int[] NOT_HEURISTIC = {
        201, 202, 302, 303, 307, 400, 401, 403, 406, 408, 409, 413, 415, 422, 499, 500, 502, 503, 504, 599
    };
    private static final int[] NEVER = {407, 412, 416, 421, 425, 428, 429, 431, 511};
    private static final String CHANGED = "Last-Modified: @-36000";

    @Override
    void rows(CacheRow rows) {
        for (int status : ALL) {
            rows.optimal(
                    "RFC 9111 3",
                    status + " with a time",
                    talk -> isStored(talk, status, "Cache-Control: max-age=3600"));
            rows.required(
                    "RFC 9111 4",
                    status + " that is stale",
                    talk -> isNotUsed(talk, status, "Cache-Control: max-age=1"));
        }
        for (int status : NEVER) {
            // 407 of an origin is refused by the proxy itself, and is not stored in any case.
            rows.required(
                    "RFC 6585, RFC 9110 15",
                    status + " is never stored",
                    talk -> isNotUsed(talk, status, "Cache-Control: max-age=3600"));
        }
        heuristics(rows);
        mustUnderstand(rows);
    }

    private static void heuristics(CacheRow rows) {
        for (int status : HEURISTIC) {
            rows.optimal("RFC 9111 4.2.2", status + " by heuristics", talk -> isStored(talk, status, CHANGED));
        }
        for (int status : NOT_HEURISTIC) {
            rows.required("RFC 9111 4.2.2", status + " not by heuristics", talk -> isNotUsed(talk, status, CHANGED));
            rows.optimal(
                    "RFC 9111 4.2.2",
                    status + " that is public, by heuristics",
                    talk -> isStored(talk, status, CHANGED, "Cache-Control: public"));
        }
        rows.required("RFC 9111 4.2.2", "not without Last-Modified", talk -> isNotUsed(talk, 200, "ETag: \"1\""));
        rows.required(
                "RFC 9111 4.2.2",
                "not with Last-Modified to come",
                talk -> isNotUsed(talk, 200, "Last-Modified: @3600"));
        rows.required(
                "RFC 9111 4.2.2",
                "not beside max-age=0",
                talk -> isNotUsed(talk, 200, CHANGED, "Cache-Control: max-age=0"));
        rows.required(
                "RFC 9111 4.2.2", "not beside an old Expires", talk -> isNotUsed(talk, 200, CHANGED, "Expires: @-1"));
        rows.required(
                "RFC 9111 4.2.2",
                "not with no-cache",
                talk -> isNotUsed(talk, 200, CHANGED, "Cache-Control: no-cache"));
        rows.required("RFC 9111 4.2.2", "a tenth, and no more", talk -> {
            talk.ok("Last-Modified: @-1000").ok();
            talk.get().isMiss();
            talk.advance(99);
            talk.get().isHit();
            talk.advance(2);
            talk.get().isMiss();
        });
    }

    private static void mustUnderstand(CacheRow rows) {
        rows.optimal(
                "RFC 9111 5.2.2.3",
                "a known status",
                talk -> isStored(talk, 200, "Cache-Control: max-age=3600, must-understand, no-store"));
        rows.required(
                "RFC 9111 5.2.2.3",
                "a known status, but no leave",
                talk -> isNotUsed(talk, 200, "Cache-Control: max-age=3600, no-store"));
        rows.required(
                "RFC 9111 5.2.2.3",
                "an unknown status",
                talk -> isNotUsed(talk, 599, "Cache-Control: max-age=3600, must-understand"));
        rows.required(
                "RFC 9111 5.2.2.3",
                "an unknown status and no-store",
                talk -> isNotUsed(talk, 599, "Cache-Control: max-age=3600, must-understand, no-store"));
        rows.required(
                "RFC 9111 5.2.2.3",
                "a malformed leave",
                talk -> isNotUsed(talk, 200, "Cache-Control: max-age=3600, must-understand=1, no-store"));
    }

    private static String body(int status) {
        return status == 204 || status == 205 ? "" : "answer 1";
    }

    private static void isStored(CacheTalk talk, int status, String... lines) throws Exception {
        talk.body(status, body(status), lines);
        talk.get().has(status, body(status));
        talk.advance(2);
        talk.get().isUnasked().has(status, body(status));
    }

    private static void isNotUsed(CacheTalk talk, int status, String... lines) throws Exception {
        talk.body(status, body(status), lines).ok();
        talk.get();
        talk.advance(2);
        talk.get().has(200, "answer 2");
        talk.isAsked(2);
    }
}

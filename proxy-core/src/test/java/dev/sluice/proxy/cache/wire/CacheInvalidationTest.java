package dev.sluice.proxy.cache.wire;

/** What requests with unsafe methods drop (RFC 9111 §4.4), and which answers to them are stored. */
class CacheInvalidationTest extends CacheWireTable {
    private static final String LONG = "Cache-Control: max-age=3600";
    private static final String DROP = "RFC 9111 4.4";

    @Override
    void rows(CacheRow rows) {
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "FOO", "get"}) {
            for (int status : new int[] {200, 201, 204, 302, 303}) {
                rows.required(DROP, method + " with " + status, talk -> drops(talk, method, status));
            }
            for (int status : new int[] {400, 404, 500, 503}) {
                rows.optimal(DROP, method + " with " + status + " drops nothing", talk -> keeps(talk, method, status));
            }
        }
        for (String method : new String[] {"OPTIONS", "PROPFIND", "SEARCH"}) {
            rows.optimal(DROP, "a safe method drops nothing: " + method, talk -> keeps(talk, method, 200));
        }
        for (String field : new String[] {"Location", "Content-Location"}) {
            named(rows, field);
        }
        written(rows);
        post(rows);
    }

    private static void drops(CacheTalk talk, String method, int status) throws Exception {
        talk.ok(LONG).body(status, status == 204 ? "" : "changed").ok(LONG);
        talk.get().isMiss();
        talk.get().isHit();
        talk.send(method, "", "body abc").has(status).isAsked();
        talk.get().isMiss();
    }

    private static void keeps(CacheTalk talk, String method, int status) throws Exception {
        talk.ok(LONG).answer(status);
        talk.get().isMiss();
        talk.send(method, "", "body abc").has(status).isAsked();
        talk.get().isHit();
    }

    private static void named(CacheRow rows, String field) {
        rows.required(DROP, field + " with a path", talk -> {
            talk.ok(LONG).answer(201, field + ": " + talk.path("/other")).ok(LONG);
            talk.send("GET", "/other").isMiss();
            talk.send("POST", "", "body abc").isAsked();
            talk.send("GET", "/other").isMiss();
        });
        rows.required(DROP, field + " with a URL", talk -> {
            talk.ok(LONG).answer(201, field + ": " + talk.url("/other")).ok(LONG);
            talk.send("GET", "/other").isMiss();
            talk.send("POST", "", "body abc").isAsked();
            talk.send("GET", "/other").isMiss();
        });
        rows.required(DROP, field + " with a relative path", talk -> {
            talk.ok(LONG).answer(201, field + ": other").ok(LONG);
            talk.send("GET", "/other").isMiss();
            talk.send("POST", "/", "body abc").isAsked();
            talk.send("GET", "/other").isMiss();
        });
        rows.required(DROP, field + " of another host drops nothing", talk -> {
            talk.ok(LONG).answer(201, field + ": http://elsewhere.test" + talk.path("/other"));
            talk.send("GET", "/other").isMiss();
            talk.send("POST", "", "body abc").isAsked();
            talk.send("GET", "/other").isHit(1);
        });
    }

    private static void written(CacheRow rows) {
        rows.required("RFC 9111 4", "unsafe methods are written through", talk -> {
            talk.ok(LONG).ok(LONG);
            talk.send("PUT", "", "body abc").isMiss();
            talk.send("PUT", "", "body abc").isMiss();
        });
        rows.required("RFC 9110 9.3.1", "a GET with a body goes past the cache", talk -> {
            talk.ok(LONG).ok(LONG).ok(LONG);
            talk.get("body abc").isMiss();
            talk.get("body abc").isMiss();
            talk.get().isMiss();
        });
    }

    private static void post(CacheRow rows) {
        String section = "RFC 9110 9.3.3";
        rows.optimal(section, "the answer to POST is stored for GET", talk -> {
            talk.ok(LONG, "Content-Location: " + talk.path(""));
            talk.send("POST", "", "body abc").isMiss();
            talk.get().isHit(1);
        });
        rows.optimal(section, "the target as a URL", talk -> {
            talk.ok(LONG, "Content-Location: " + talk.url(""));
            talk.send("POST", "", "body abc").isMiss();
            talk.get().isHit(1);
        });
        rows.required(section, "it replaces what was stored", talk -> {
            talk.ok(LONG).ok(LONG, "Content-Location: " + talk.path(""));
            talk.get().isMiss();
            talk.send("POST", "", "body abc").isMiss();
            talk.get().isHit(2);
        });
        rows.required(section, "it is not used for POST", talk -> {
            talk.ok(LONG, "Content-Location: " + talk.path("")).ok(LONG);
            talk.send("POST", "", "body abc").isMiss();
            talk.send("POST", "", "body abc").isMiss();
        });
        notStored(rows, "without Content-Location", LONG);
        notStored(rows, "with another Content-Location", LONG, "Content-Location: /other");
        notStored(rows, "without a time", "Last-Modified: @-36000", "Content-Location: @path");
        notStored(rows, "with no-store", "Cache-Control: no-store, max-age=3600", "Content-Location: @path");
        rows.required(section, "another status is not stored", talk -> {
            talk.answer(201, LONG, "Content-Location: " + talk.path("")).ok(LONG);
            talk.send("POST", "", "body abc").has(201);
            talk.get().isMiss();
        });
        rows.required("RFC 9111 3.3", "an answer to POST that breaks off is not stored", talk -> {
            talk.plays((connection, head) -> {
                connection.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nContent-Location: " + talk.path("")
                        + "\r\nContent-Length: 100\r\n\r\nanswer 1");
                connection.close();
            });
            talk.ok(LONG);
            talk.send("POST", "", "body abc");
            talk.get().isMiss();
        });
    }

    private static void notStored(CacheRow rows, String rule, String... lines) {
        rows.required("RFC 9110 9.3.3", "the answer to POST " + rule + " is not stored", talk -> {
            for (int i = 0; i < lines.length; i++) {
                lines[i] = lines[i].replace("@path", talk.path(""));
            }
            talk.ok(lines.clone()).ok(LONG);
            talk.send("POST", "", "body abc").isMiss();
            talk.get().isMiss();
        });
    }
}

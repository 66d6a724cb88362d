package dev.sluice.proxy.cache.wire;

import java.util.Map;
import java.util.TreeMap;

/** Which fields are stored, for whom, and under which URL (RFC 9111 §3.1, §3.5, §2). */
class CacheStoringTest extends CacheWireTable {
    private static final String LONG = "Cache-Control: max-age=3600";

    /** Fields of responses that a cache has no business with, and so keeps. */
    private static final Map<String, String> KEPT = new TreeMap<>(Map.ofEntries(
            Map.entry("Test-Header", "a"),
            Map.entry("X-Test-Header", "a"),
            Map.entry("Content-Foo", "a"),
            Map.entry("X-Content-Foo", "a"),
            Map.entry("Content-Encoding", "gzip"),
            Map.entry("Content-Language", "de"),
            Map.entry("Content-Location", "/elsewhere"),
            Map.entry("Content-MD5", "rL0Y20zC+Fzt72VPzMSk2A=="),
            Map.entry("Content-Range", "foo 1-2/3"),
            Map.entry("Content-Security-Policy", "default-src 'self'"),
            Map.entry("Content-Type", "text/plain"),
            Map.entry("Content-Disposition", "attachment"),
            Map.entry("Clear-Site-Data", "\"cookies\""),
            Map.entry("ETag", "\"a\""),
            Map.entry("Expires", "Fri, 01 Jan 2100 00:00:00 GMT"),
            Map.entry("Last-Modified", "Fri, 02 Jan 2015 00:00:00 GMT"),
            Map.entry("Link", "</a.css>; rel=preload"),
            Map.entry("Public-Key-Pins", "max-age=1"),
            Map.entry("Retry-After", "10"),
            Map.entry("Server-Timing", "a;dur=1"),
            Map.entry("Set-Cookie", "a=b; Path=/"),
            Map.entry("Set-Cookie2", "a=b"),
            Map.entry("Strict-Transport-Security", "max-age=1"),
            Map.entry("Surrogate-Control", "max-age=1"),
            Map.entry("Accept-Ranges", "bytes"),
            Map.entry("Allow", "GET"),
            Map.entry("WWW-Authenticate", "Basic realm=a"),
            Map.entry("Warning", "199 a \"b\""),
            Map.entry("X-Frame-Options", "deny"),
            Map.entry("X-XSS-Protection", "1")));

    private static final Map<String, String> DROPPED = new TreeMap<>(Map.of(
            "Keep-Alive", "timeout=5",
            "Proxy-Authenticate", "Basic realm=a",
            "Proxy-Authentication-Info", "a=b",
            "Proxy-Connection", "keep-alive",
            "TE", "trailers",
            "Upgrade", "foo/1"));

    @Override
    void rows(CacheRow rows) {
        KEPT.forEach((name, value) -> rows.required("RFC 9111 3.1", name + " is stored", talk -> {
            talk.ok(LONG, name + ": " + value);
            talk.get().isMiss().has(name + ": " + value);
            talk.get().isHit().has(name + ": " + value);
        }));
        DROPPED.forEach((name, value) -> rows.required("RFC 9111 3.1", name + " is not stored", talk -> {
            talk.ok(LONG, name + ": " + value);
            talk.get().isMiss();
            talk.get().isHit().lacks(name);
        }));
        rows.required("RFC 9110 7.6.1", "what Connection names is not stored", talk -> {
            talk.ok(LONG, "Connection: a, B", "A: 1", "b: 2", "C: 3");
            talk.get().isMiss();
            talk.get().isHit().lacks("A", "B").has("C: 3");
        });
        rows.required("RFC 9111 3.1", "several lines of a field", talk -> {
            talk.ok(LONG, "Set-Cookie: a=1", "Set-Cookie: b=2");
            talk.get().isMiss();
            talk.get().isHit().has("Set-Cookie: a=1", "Set-Cookie: b=2");
        });
        rows.fresh("RFC 9111 7.3", "a cookie does not matter", LONG, "Set-Cookie: a=b");
        rows.fresh("RFC 6266", "an attachment", LONG, "Content-Disposition: attachment; filename=a.txt");
        framing(rows);
        authorization(rows);
        keys(rows);
    }

    private static void framing(CacheRow rows) {
        rows.required("RFC 9112 7.1", "a response in chunks", talk -> {
            talk.body(200, "6\r\nanswer\r\n2\r\n 1\r\n0\r\n\r\n", LONG, "Transfer-Encoding: chunked");
            talk.get().isMiss();
            talk.get().isHit().lacks("Transfer-Encoding").has("Content-Length: 8");
        });
        rows.required("RFC 9111 3.3", "a response that breaks off is not used as whole", talk -> {
            talk.plays((connection, head) -> {
                connection.write(
                        "HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nContent-Length: 100\r\n\r\nanswer 1");
                connection.close();
            });
            talk.ok(LONG);
            talk.send("GET", "");
            talk.get().isMiss();
        });
        rows.optimal("RFC 9112 6.3", "a response that the end of the connection delimits", talk -> {
            talk.plays((connection, head) -> {
                connection.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\n\r\nanswer 1");
                connection.close();
            });
            talk.get().isMiss();
            talk.get().isHit();
        });
    }

    private static void authorization(CacheRow rows) {
        rows.required("RFC 9111 3.5", "an answer to a user is not for others", talk -> {
            talk.ok(LONG).ok();
            talk.get("Authorization: Basic YTpi").isMiss();
            talk.get("Authorization: Basic YTpi").isMiss();
        });
        for (String directive : new String[] {"public", "must-revalidate", "s-maxage=3600"}) {
            rows.optimal("RFC 9111 3.5", "unless it says " + directive, talk -> {
                talk.ok(LONG + ", " + directive);
                talk.get("Authorization: Basic YTpi").isMiss();
                talk.get().isHit();
            });
        }
        rows.required("RFC 9111 3.5", "what forbids beside what allows", talk -> {
            talk.ok(LONG + ", public, private").ok();
            talk.get("Authorization: Basic YTpi").isMiss();
            talk.get("Authorization: Basic YTpi").isMiss();
        });
    }

    private static void keys(CacheRow rows) {
        rows.required("RFC 9111 2", "another query", talk -> {
            talk.ok(LONG).ok(LONG);
            talk.send("GET", "?a=1").isMiss();
            talk.send("GET", "?a=2").isMiss();
            talk.send("GET", "?a=1").isHit(1);
        });
        rows.optimal("RFC 9111 2", "the same query", talk -> {
            talk.ok(LONG);
            talk.send("GET", "?a=1").isMiss();
            talk.send("GET", "?a=1").isHit();
        });
        rows.required("RFC 9111 2", "no query is not an empty one", talk -> {
            talk.ok(LONG).ok(LONG);
            talk.get().isMiss();
            talk.send("GET", "?").isMiss();
        });
        rows.required("RFC 9110 9.3.2", "HEAD from what is stored for GET", talk -> {
            talk.ok(LONG, "A: 1");
            talk.get().isMiss();
            talk.send("HEAD", "").isUnasked().has("A: 1", "Content-Length: 8");
        });
        rows.required("RFC 9111 4", "the answer to HEAD is not used for GET", talk -> {
            talk.ok(LONG).ok(LONG);
            talk.send("HEAD", "").isAsked();
            talk.get().isMiss();
        });
    }
}

package dev.sluice.proxy.cache.wire;

import org.assertj.core.api.Assertions;

/** Parts of responses (RFC 9110 §14, RFC 9111 §3.3). */
class CacheRangesTest extends CacheWireTable {
    private static final String LONG = "Cache-Control: max-age=36000";
    private static final String BODY = "0123456789";
    private static final String WHOLE = "RFC 9110 14.2";
    private static final String PART = "RFC 9111 3.3";

    @Override
    void rows(CacheRow rows) {
        ofWhole(rows, "2-4", "bytes 2-4/10", "234");
        ofWhole(rows, "2-", "bytes 2-9/10", "23456789");
        ofWhole(rows, "-3", "bytes 7-9/10", "789");
        ofWhole(rows, "-30", "bytes 0-9/10", BODY);
        ofWhole(rows, "8-99", "bytes 8-9/10", "89");
        ofWhole(rows, "0-0,", "bytes 0-0/10", "0");
        for (String ignored :
                new String[] {"bytes=4-2", "bytes=a-b", "bytes=-", "lines=1-2", "bytes 1-2", "bytes=0-5,4-9"}) {
            rows.required(WHOLE, "what is no range is ignored: " + ignored, talk -> {
                talk.body(200, BODY, LONG);
                talk.get();
                talk.get("Range: " + ignored).isUnasked().has(200, BODY);
            });
        }
        rows.required("RFC 9110 15.5.17", "a range behind the end", talk -> {
            talk.body(200, BODY, LONG);
            talk.get();
            talk.get("Range: bytes=10-").isUnasked().has(416).has("Content-Range: bytes */10");
        });
        rows.required("RFC 9110 15.3.7", "a part has the fields of the whole", talk -> {
            talk.body(200, BODY, LONG, "ETag: \"a\"", "Content-Type: text/plain", "A: 1");
            talk.get();
            talk.get("Range: bytes=0-1")
                    .has(LONG, "ETag: \"a\"", "Content-Type: text/plain", "A: 1", "Content-Length: 2");
        });
        ifRange(rows, "If-Range: \"a\"", true);
        ifRange(rows, "If-Range: \"b\"", false);
        ifRange(rows, "If-Range: W/\"a\"", false);
        ifRange(rows, "If-Range: @-3000", true);
        ifRange(rows, "If-Range: @-2000", false);
        miss(rows);
        alone(rows);
        parts(rows);
        partsNotUsed(rows);
        partsNotStored(rows);
    }

    private static void ofWhole(CacheRow rows, String range, String shown, String text) {
        rows.optimal(WHOLE, range + " of a stored whole", talk -> {
            talk.body(200, BODY, LONG);
            talk.get();
            talk.get("Range: bytes=" + range).isUnasked().has(206, text).has("Content-Range: " + shown);
        });
    }

    private static void ifRange(CacheRow rows, String line, boolean met) {
        rows.required("RFC 9110 13.1.5", line + (met ? " is met" : " is not met"), talk -> {
            String condition = talk.dates(line);
            talk.body(200, BODY, LONG, "ETag: \"a\"", "Last-Modified: @-3000");
            talk.get();
            talk.get("Range: bytes=2-4", condition).isUnasked().has(met ? 206 : 200, met ? "234" : BODY);
        });
    }

    private static CacheTalk part(CacheTalk talk, String range, String... more) {
        int from = Integer.parseInt(range.substring(0, range.indexOf('-')));
        int to = Integer.parseInt(range.substring(range.indexOf('-') + 1));
        String[] lines = new String[more.length + 1];
        System.arraycopy(more, 0, lines, 1, more.length);
        lines[0] = "Content-Range: bytes " + range + "/10";
        return talk.body(206, BODY.substring(from, to + 1), lines);
    }

    private static void miss(CacheRow rows) {
        rows.required(WHOLE, "a part that is not stored comes from the origin", talk -> {
            part(talk, "2-4", LONG, "ETag: \"a\"");
            talk.get("Range: bytes=2-4", "If-Range: \"a\"")
                    .isValidated("Range: bytes=2-4", "If-Range: \"a\"")
                    .has(206, "234")
                    .has("Content-Range: bytes 2-4/10");
        });
        rows.optimal(WHOLE, "if it answers with the whole, that is stored", talk -> {
            talk.body(200, BODY, LONG);
            talk.get("Range: bytes=2-4").isAsked().has(206, "234");
            talk.get().isUnasked().has(200, BODY);
        });
        rows.required(WHOLE, "a 416 of the origin is not stored", talk -> {
            talk.answer(416, LONG).body(200, BODY, LONG);
            talk.get("Range: bytes=20-").has(416);
            talk.get().isAsked().has(200, BODY);
        });
        rows.optimal(WHOLE, "for the second part the whole is fetched", talk -> {
            part(talk, "0-1", LONG).body(200, BODY, LONG);
            talk.get("Range: bytes=0-1").has(206, "01");
            CacheReply second = talk.get("Range: bytes=5-6").isAsked().has(206, "56");
            Assertions.assertThat(second.sent()).noneMatch(line -> line.startsWith("Range"));
            talk.get("Range: bytes=7-8").isUnasked().has(206, "78");
            talk.get().isUnasked().has(200, BODY);
        });
    }

    private static void alone(CacheRow rows) {
        rows.required(WHOLE, "who asks for a part again of what is not stored gets no whole", talk -> {
            part(talk, "0-1", "Cache-Control: private").body(200, BODY, "Cache-Control: private");
            part(talk, "5-6", "Cache-Control: private");
            part(talk, "7-8", "Cache-Control: private");
            talk.get("Range: bytes=0-1").has(206, "01");
            talk.get("Range: bytes=5-6").has(206, "56");
            talk.get("Range: bytes=7-8").has(206, "78");
            talk.isAsked(4);
        });
        rows.required(PART, "a 206 to a request for the whole is not stored", talk -> {
            part(talk, "4-9", LONG).ok(LONG);
            talk.get().has(206);
            talk.get("Range: bytes=4-9").isAsked();
        });
        rows.required(PART, "after a part that is not stored the whole is", talk -> {
            talk.body(206, "456789", "ETag: \"a\"", "Content-Range: bytes 4-9/10")
                    .body(200, BODY, LONG);
            talk.get("Range: bytes=4-9").has(206, "456789");
            talk.get().isAsked().has(200, BODY);
            talk.get().isUnasked().has(200, BODY);
        });
        rows.required(PART, "only a few parts of a URL are stored", talk -> {
            for (int foo = 1; foo <= 9; foo++) {
                talk.advance(601);
                part(talk, foo - 1 + "-" + (foo - 1), LONG);
                talk.get("Range: bytes=" + (foo - 1) + '-' + (foo - 1))
                        .isAsked()
                        .has(206);
            }
            talk.get("Range: bytes=7-7").isUnasked().has(206, "7");
            talk.body(200, BODY, LONG);
            talk.get("Range: bytes=8-8").isAsked().has(206, "8");
        });
    }

    private static void parts(CacheRow rows) {
        String[][] inside = {
            {"4-9", "456789"},
            {"4-", "456789"},
            {"5-7", "567"},
            {"7-", "789"},
            {"-3", "789"},
            {"-6", "456789"},
            {"9-99", "9"}
        };
        for (String[] each : inside) {
            rows.optimal(PART, "of a stored part: " + each[0], talk -> {
                part(talk, "4-9", LONG, "ETag: \"a\"", "A: 1");
                talk.get("Range: bytes=-6").has(206, "456789");
                talk.advance(5);
                int first = 10 - each[1].length() - (each[0].equals("5-7") ? 2 : 0);
                talk.get("Range: bytes=" + each[0])
                        .isUnasked()
                        .has(206, each[1])
                        .has(
                                "Content-Range: bytes " + first + '-' + (first + each[1].length() - 1) + "/10",
                                "A: 1",
                                "Age: 5");
            });
        }
        rows.optimal(PART, "If-Range with its strong tag", talk -> {
            part(talk, "4-9", LONG, "ETag: \"a\"");
            talk.get("Range: bytes=4-9").has(206, "456789");
            talk.get("Range: bytes=5-6", "If-Range: \"a\"").isUnasked().has(206, "56");
        });
        rows.optimal(PART, "parts of two variants", talk -> {
            part(talk, "4-9", LONG, "Vary: Foo");
            talk.get("Range: bytes=4-9", "Foo: 1").has(206, "456789");
            talk.body(200, "abcdefghij", LONG, "Vary: Foo");
            talk.get("Range: bytes=4-9", "Foo: 2").isAsked().has(206, "efghij");
            talk.get("Range: bytes=4-5", "Foo: 1").isUnasked().has(206, "45");
        });
    }

    private static void partsNotUsed(CacheRow rows) {
        rows.required(PART, "a part is not used as a whole", talk -> {
            part(talk, "0-8", LONG).body(200, BODY, LONG);
            talk.get("Range: bytes=0-8").has(206);
            talk.get().isAsked().has(200, BODY);
        });
        rows.required(PART, "nor for HEAD", talk -> {
            part(talk, "0-8", LONG).body(200, BODY, LONG);
            talk.get("Range: bytes=0-8").has(206);
            talk.send("HEAD", "").isAsked().has(200);
        });
        for (String outside : new String[] {"3-5", "-7", "0-1", "3-", "20-", "4-5,7-8", "5-4"}) {
            rows.required(PART, "nor for what does not lie in it: " + outside, talk -> {
                part(talk, "4-9", LONG).body(200, BODY, LONG);
                talk.get("Range: bytes=4-9").has(206);
                talk.get("Range: bytes=" + outside).isAsked();
            });
        }
        for (String line :
                new String[] {"If-Range: \"b\"", "If-Range: W/\"a\"", "If-None-Match: \"a\"", "Cache-Control: no-cache"
                }) {
            rows.required(PART, "nor with " + line, talk -> {
                part(talk, "4-9", LONG, "ETag: \"a\"").body(200, BODY, LONG, "ETag: \"a\"");
                talk.get("Range: bytes=4-9").has(206);
                talk.get("Range: bytes=4-9", line).isAsked();
            });
        }
        rows.required(PART, "nor when it is stale", talk -> {
            part(talk, "4-9", "Cache-Control: max-age=2", "ETag: \"a\"").body(200, BODY, LONG);
            talk.get("Range: bytes=4-9").has(206);
            talk.advance(3);
            talk.get("Range: bytes=4-9").isAsked();
        });
        rows.required("RFC 9111 4.4", "nor after an unsafe method", talk -> {
            part(talk, "4-9", LONG).answer(200).body(200, BODY, LONG);
            talk.get("Range: bytes=4-9").has(206);
            talk.send("PUT", "", "body abc");
            talk.get("Range: bytes=4-9").isAsked();
        });
        rows.required(PART, "a part is never the base of a validation", talk -> {
            part(talk, "4-9", LONG, "ETag: \"a\"").body(200, BODY, LONG, "ETag: \"a\"");
            talk.get("Range: bytes=4-9").has(206);
            CacheReply whole = talk.get().has(200, BODY);
            CacheDirectivesTest.assertNoCondition(whole);
        });
    }

    private static void partsNotStored(CacheRow rows) {
        String[][] odd = {
            {LONG, "Content-Range: bytes 4-9/*"},
            {LONG, "Content-Range: bytes 4-8/10"},
            {LONG, "Content-Range: lines 4-9/10"},
            {LONG, "X: no Content-Range"},
            {LONG, "Content-Type: multipart/byteranges; boundary=a"},
            {"Cache-Control: no-store, max-age=60", "Content-Range: bytes 4-9/10"},
            {"Cache-Control: private, max-age=60", "Content-Range: bytes 4-9/10"},
            {"ETag: \"a\"", "Content-Range: bytes 4-9/10"}
        };
        for (String[] each : odd) {
            rows.required(PART, "a part is not stored with " + String.join(", ", each), talk -> {
                talk.body(206, "456789", each).body(200, BODY, LONG);
                talk.get("Range: bytes=4-9").has(206, "456789");
                talk.get("Range: bytes=4-9").isAsked();
            });
        }
        rows.required(PART, "a part that breaks off is not stored", talk -> {
            talk.plays((connection, head) -> {
                connection.write("HTTP/1.1 206 OK\r\nCache-Control: max-age=3600\r\nContent-Range: bytes 4-9/10\r\n"
                        + "Content-Length: 6\r\n\r\n456");
                connection.close();
            });
            talk.body(200, BODY, LONG);
            talk.get("Range: bytes=4-9");
            talk.get("Range: bytes=4-9").isAsked();
        });
    }
}

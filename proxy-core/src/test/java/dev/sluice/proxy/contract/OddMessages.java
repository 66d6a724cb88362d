package dev.sluice.proxy.contract;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The messages of the differential test. In them ~ is CR LF. Each message is complete, or has a fault before its end.
 */
final class OddMessages {
    /** Requests, by name. */
    static final Map<String, String> REQUESTS = pairs("""
            plain GET                            | GET / HTTP/1.1~Host: a~~
            HTTP/1.0                             | GET / HTTP/1.0~Host: a~~
            HTTP/1.0, keep-alive                 | GET / HTTP/1.0~Host: a~Connection: keep-alive~~
            HTTP/1.0, keep-alive and more        | GET / HTTP/1.0~Host: a~Connection: keep-alive, x~~
            HTTP/1.2                             | GET / HTTP/1.2~Host: a~~
            HTTP/2.0                             | GET / HTTP/2.0~Host: a~~
            no HTTP at all                       | GET / HTTX/1.1~Host: a~~
            no version                           | GET /~Host: a~~
            one empty line first                 | ~GET / HTTP/1.1~Host: a~~
            two empty lines first                | ~~GET / HTTP/1.1~Host: a~~
            bare LF ends the request line        | GET / HTTP/1.1\\nHost: a~~
            bare LF ends a field                 | GET / HTTP/1.1~Host: a\\nX: 1~~
            bare CR ends a field                 | GET / HTTP/1.1~Host: a~X: 1\\rY: 2~~
            bare CR in the request line          | GET /\\r HTTP/1.1~Host: a~~
            control character round a value      | GET / HTTP/1.1~Host: a~X: \\v1~~
            NUL in a value                       | GET / HTTP/1.1~Host: a~X: 1\\0~~
            obs-fold                             | GET / HTTP/1.1~Host: a~X: 1~ 2~~
            tab in a value                       | GET / HTTP/1.1~Host: a~X: 1\\t2~~
            byte beyond ASCII in a value         | GET / HTTP/1.1~Host: a~X: \\xe4~~
            space before the colon               | GET / HTTP/1.1~Host: a~X : 1~~
            field without a colon                | GET / HTTP/1.1~Host: a~X~~
            empty name                           | GET / HTTP/1.1~Host: a~: 1~~
            empty value                          | GET / HTTP/1.1~Host: a~X:~~
            names in odd case and order          | GET / HTTP/1.1~Host: a~X-BB-cc: 1~x-aa-Dd: 2~X-BB-CC: 3~~
            several Cookie lines                 | GET / HTTP/1.1~Host: a~Cookie: a=1~Cookie: b=2~~
            no Host                              | GET / HTTP/1.1~~
            two Hosts                            | GET / HTTP/1.1~Host: a~Host: a~~
            empty Host                           | GET / HTTP/1.1~Host:~~
            Host that is none                    | GET / HTTP/1.1~Host: a/b~~
            method in lower case                 | get / HTTP/1.1~Host: a~~
            method of one's own                  | FOO / HTTP/1.1~Host: a~~
            method that is no token              | G(T / HTTP/1.1~Host: a~~
            space in the target                  | GET /a b HTTP/1.1~Host: a~~
            two spaces before the target         | GET  / HTTP/1.1~Host: a~~
            target with two slashes first        | GET //x/y HTTP/1.1~Host: a~~
            target without a slash               | GET a:b HTTP/1.1~Host: a~~
            target with a fragment               | GET /a#b HTTP/1.1~Host: a~~
            target that is no URI                | GET /a{b} HTTP/1.1~Host: a~~
            query that is no URI                 | GET /?a=[b]{c} HTTP/1.1~Host: a~~
            backslash in the target              | GET /a\\\\b HTTP/1.1~Host: a~~
            broken escape in the path            | GET /%zz HTTP/1.1~Host: a~~
            broken escape in the query           | GET /?%zz HTTP/1.1~Host: a~~
            escaped dots                         | GET /a/%2e%2e/b HTTP/1.1~Host: a~~
            dots                                 | GET /a/../b HTTP/1.1~Host: a~~
            lone question mark                   | GET /a? HTTP/1.1~Host: a~~
            absolute target                      | GET http://b/x HTTP/1.1~Host: a~~
            absolute target without a path       | GET http://b HTTP/1.1~Host: a~~
            absolute target with userinfo        | GET http://u@b/ HTTP/1.1~Host: a~~
            absolute target of another scheme    | GET ftp://b/ HTTP/1.1~Host: a~~
            OPTIONS *                            | OPTIONS * HTTP/1.1~Host: a~~
            GET *                                | GET * HTTP/1.1~Host: a~~
            CONNECT                              | CONNECT a:443 HTTP/1.1~Host: a:443~~
            TRACE                                | TRACE / HTTP/1.1~Host: a~~
            GET with a body                      | GET / HTTP/1.1~Host: a~Content-Length: 1~~x
            GET with Content-Length: 0           | GET / HTTP/1.1~Host: a~Content-Length: 0~~
            POST without framing                 | POST / HTTP/1.1~Host: a~~
            Content-Length with zeros first      | POST / HTTP/1.1~Host: a~Content-Length: 001~~x
            Content-Length with a sign           | POST / HTTP/1.1~Host: a~Content-Length: +1~~x
            Content-Length that is no number     | POST / HTTP/1.1~Host: a~Content-Length: x~~
            Content-Length that overflows        | POST / HTTP/1.1~Host: a~Content-Length: 18446744073709551617~~x
            two Content-Length                   | POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 1~~x
            list in Content-Length               | POST / HTTP/1.1~Host: a~Content-Length: 1, 1~~x
            Content-Length and chunks            | POST / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding: chunked~~1~x~0~~
            chunks in HTTP/1.0                   | POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~1~x~0~~
            gzip and chunked                     | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~1~x~0~~
            identity                             | POST / HTTP/1.1~Host: a~Transfer-Encoding: identity~~
            Chunked with a capital               | POST / HTTP/1.1~Host: a~Transfer-Encoding: Chunked~~1~x~0~~
            chunk extension                      | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1;a=b~x~0~~
            bare LF in a chunk extension         | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1;a\\nb~x~0~~
            bare LF ends a chunk's size          | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1\\nx~0~~
            chunk size in 17 digits              | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~10000000000000001~x~0~~
            chunk size with zeros first          | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~0000000000000001~x~0~~
            chunk size with a sign               | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~+1~x~0~~
            chunk without a size                 | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1~x~~~
            bad chunk end                        | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1~xy~0~~
            bad end of the last chunk            | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1~x~0~y~~
            trailer fields                       | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1~x~0~X: 1~~
            Expect, and the body at once         | POST / HTTP/1.1~Host: a~Expect: 100-continue~Content-Length: 1~~x
            Expect in HTTP/1.0                   | POST / HTTP/1.0~Host: a~Expect: 100-continue~Content-Length: 1~~x
            Expect of something else             | POST / HTTP/1.1~Host: a~Expect: x~Content-Length: 0~~
            upgrade                              | GET / HTTP/1.1~Host: a~Connection: upgrade~Upgrade: x~~
            upgrade to h2c                       | GET / HTTP/1.1~Host: a~Connection: upgrade, http2-settings~Upgrade: h2c~HTTP2-Settings: AA~~
            field nominated by Connection        | GET / HTTP/1.1~Host: a~Connection: X~X: 1~~
            TE: trailers                         | GET / HTTP/1.1~Host: a~Connection: TE~TE: trailers~~
            a second request behind the first    | GET /1 HTTP/1.1~Host: a~~GET /2 HTTP/1.1~Host: a~~
            """);

    /** Responses to a plain GET, by name. */
    static final Map<String, String> RESPONSES = pairs("""
            plain 200                            | HTTP/1.1 200 OK~Content-Length: 1~~x
            no reason                            | HTTP/1.1 200~Content-Length: 1~~x
            odd reason                           | HTTP/1.1 200 All Right~Content-Length: 1~~x
            status of no class                   | HTTP/1.1 700 Odd~Content-Length: 1~~x
            status of two digits                 | HTTP/1.1 20 OK~Content-Length: 1~~x
            HTTP/1.0                             | HTTP/1.0 200 OK~Content-Length: 1~~x
            HTTP/1.2                             | HTTP/1.2 200 OK~Content-Length: 1~~x
            HTTP/2.0                             | HTTP/2.0 200 OK~Content-Length: 1~~x
            no HTTP at all                       | ICY 200 OK~Content-Length: 1~~x
            no framing                           | HTTP/1.1 200 OK~~x
            Content-Length with zeros first      | HTTP/1.1 200 OK~Content-Length: 001~~x
            Content-Length with a sign           | HTTP/1.1 200 OK~Content-Length: +1~~x
            Content-Length that is no number     | HTTP/1.1 200 OK~Content-Length: x~~x
            two Content-Length                   | HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 1~~x
            list in Content-Length               | HTTP/1.1 200 OK~Content-Length: 1, 1~~x
            Content-Length and chunks            | HTTP/1.1 200 OK~Content-Length: 1~Transfer-Encoding: chunked~~1~x~0~~
            gzip and chunked                     | HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~1~x~0~~
            gzip                                 | HTTP/1.1 200 OK~Transfer-Encoding: gzip~~x
            chunks in HTTP/1.0                   | HTTP/1.0 200 OK~Transfer-Encoding: chunked~~1~x~0~~
            Chunked with a capital               | HTTP/1.1 200 OK~Transfer-Encoding: Chunked~~1~x~0~~
            chunk extension                      | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1;a=b~x~0~~
            chunk size that overflows            | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~10000000000000001~x~0~~
            chunk size of 32 bits and one        | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~100000001~x~0~~
            chunk without a size                 | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~x~~~
            bad chunk end                        | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~xXY0~~
            bare LF ends a chunk's size          | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1\\nx~0~~
            trailer fields                       | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~x~0~X: 1~~
            body cut short                       | HTTP/1.1 200 OK~Content-Length: 100000~~x
            chunks cut short                     | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~x~
            204 with a length                    | HTTP/1.1 204 No Content~Content-Length: 1~~
            204 with chunks                      | HTTP/1.1 204 No Content~Transfer-Encoding: chunked~~0~~
            204 without one                      | HTTP/1.1 204 No Content~~
            205                                  | HTTP/1.1 205 Reset Content~Content-Length: 0~~
            304 with a length                    | HTTP/1.1 304 Not Modified~Content-Length: 1~~
            304 with chunks                      | HTTP/1.1 304 Not Modified~Transfer-Encoding: chunked~~0~~
            interim response                     | HTTP/1.1 103 Early Hints~X: 1~~HTTP/1.1 200 OK~Content-Length: 1~~x
            100 unasked                          | HTTP/1.1 100 Continue~~HTTP/1.1 200 OK~Content-Length: 1~~x
            101 unasked                          | HTTP/1.1 101 Switching Protocols~Connection: upgrade~Upgrade: x~~
            bare LF ends the status line         | HTTP/1.1 200 OK\\nContent-Length: 1~~x
            bare LF ends a field                 | HTTP/1.1 200 OK~X: 1\\nContent-Length: 1~~x
            bare CR in a value                   | HTTP/1.1 200 OK~X: 1\\rY: 2~Content-Length: 1~~x
            control character in a value         | HTTP/1.1 200 OK~X: 1\\v2~Content-Length: 1~~x
            obs-fold                             | HTTP/1.1 200 OK~X: 1~ 2~Content-Length: 1~~x
            tab in a value                       | HTTP/1.1 200 OK~X: 1\\t2~Content-Length: 1~~x
            byte beyond ASCII in a value         | HTTP/1.1 200 OK~X: \\xe4~Content-Length: 1~~x
            space before the colon               | HTTP/1.1 200 OK~X : 1~Content-Length: 1~~x
            field without a colon                | HTTP/1.1 200 OK~X~Content-Length: 1~~x
            empty name                           | HTTP/1.1 200 OK~: 1~Content-Length: 1~~x
            names in odd case and order          | HTTP/1.1 200 OK~X-BB-cc: 1~x-aa-Dd: 2~X-BB-CC: 3~Content-Length: 1~~x
            field nominated by Connection        | HTTP/1.1 200 OK~Connection: X~X: 1~Content-Length: 1~~x
            Connection: close                    | HTTP/1.1 200 OK~Connection: close~Content-Length: 1~~x
            Date of the origin's own             | HTTP/1.1 200 OK~Date: Thu, 01 Jan 1970 00:00:00 GMT~Content-Length: 1~~x
            empty line before the response       | ~HTTP/1.1 200 OK~Content-Length: 1~~x
            more than its length                 | HTTP/1.1 200 OK~Content-Length: 1~~xyz
            """);

    /** The responses that only the end of the connection ends, or whose own end never comes. */
    private static final Set<String> CLOSING = Set.of(
            "no framing",
            "gzip",
            "chunk size of 32 bits and one",
            "bare LF ends a chunk's size",
            "body cut short",
            "chunks cut short");

    private OddMessages() {}

    /** Returns whether the origin closes the connection after the response with this name. */
    static boolean closes(String response) {
        return CLOSING.contains(response);
    }

    /** The bytes of a message of the tables. */
    static String bytes(String message) {
        return message.replace("\\\\", "\u0100")
                .replace("~", "\r\n")
                .replace("\\n", "\n")
                .replace("\\r", "\r")
                .replace("\\v", "\u000b")
                .replace("\\t", "\t")
                .replace("\\0", "\0")
                .replace("\\xe4", "\u00e4")
                .replace('\u0100', '\\');
    }

    /** A message of the tables in the form that the page shows. */
    static String shown(String message) {
        return message.replace("\\\\", "\u0100")
                .replace("~", "⏎")
                .replace("\\n", "␊")
                .replace("\\r", "␍")
                .replace("\\v", "␋")
                .replace("\\t", "␉")
                .replace("\\0", "␀")
                .replace('\u0100', '\\');
    }

    private static Map<String, String> pairs(String table) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String line : table.split("\n")) {
            int bar = line.indexOf(" | ");
            if (pairs.put(line.substring(0, bar).strip(), line.substring(bar + 3)) != null) {
                throw new IllegalStateException("twice: " + line);
            }
        }
        return pairs;
    }
}

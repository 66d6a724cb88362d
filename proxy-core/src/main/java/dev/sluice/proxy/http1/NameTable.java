package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Well-known names by their bytes, so that a received one costs no allocation and compares equal by identity.
 * Immutable; any other name becomes a new string. Both the usual spelling of a field name and the one in lower case
 * are here, since clients made for HTTP/2 send the latter.
 */
final class NameTable {
    /** The methods of RFC 9110 §9.3, and PATCH. */
    static final NameTable METHODS =
            new NameTable(List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"));

    /** Names of fields. */
    static final NameTable FIELDS = new NameTable(withLowerCase(
            "Accept,Accept-Charset,Accept-Encoding,Accept-Language,Accept-Ranges,Access-Control-Allow-Credentials,"
                    + "Access-Control-Allow-Headers,Access-Control-Allow-Methods,Access-Control-Allow-Origin,"
                    + "Access-Control-Expose-Headers,Access-Control-Max-Age,Access-Control-Request-Headers,"
                    + "Access-Control-Request-Method,Age,Allow,Alt-Svc,Authorization,Cache-Control,Connection,"
                    + "Content-Disposition,Content-Encoding,Content-Language,Content-Length,Content-Location,"
                    + "Content-Range,Content-Security-Policy,Content-Type,Cookie,DNT,Date,ETag,Expect,Expires,Forwarded,"
                    + "Host,If-Match,If-Modified-Since,If-None-Match,If-Range,If-Unmodified-Since,Keep-Alive,"
                    + "Last-Modified,Link,Location,Max-Forwards,Origin,Pragma,Priority,Proxy-Authenticate,"
                    + "Proxy-Authorization,Proxy-Connection,Range,Referer,Referrer-Policy,Retry-After,Sec-CH-UA,"
                    + "Sec-CH-UA-Mobile,Sec-CH-UA-Platform,Sec-Fetch-Dest,Sec-Fetch-Mode,Sec-Fetch-Site,Sec-Fetch-User,"
                    + "Sec-WebSocket-Accept,Sec-WebSocket-Extensions,Sec-WebSocket-Key,Sec-WebSocket-Protocol,"
                    + "Sec-WebSocket-Version,Server,Server-Timing,Set-Cookie,Strict-Transport-Security,TE,Trailer,"
                    + "Transfer-Encoding,Upgrade,Upgrade-Insecure-Requests,User-Agent,Vary,Via,WWW-Authenticate,"
                    + "X-Content-Type-Options,X-Forwarded-For,X-Forwarded-Host,X-Forwarded-Proto,X-Frame-Options,"
                    + "X-Powered-By,X-Real-IP,X-Request-ID,X-Requested-With"));

    private static final class Entry {
        private final byte[] bytes;
        private final String name;
        private final @Nullable Entry next;

        private Entry(byte[] bytes, String name, @Nullable Entry next) {
            this.bytes = bytes;
            this.name = name;
            this.next = next;
        }
    }

    private final @Nullable Entry[] slots = new @Nullable Entry[1024];

    private NameTable(List<String> names) {
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
            int slot = slot(bytes, 0, bytes.length);
            // Interned, so that it is the same object as a literal elsewhere.
            slots[slot] = new Entry(bytes, name.intern(), slots[slot]);
        }
    }

    private static List<String> withLowerCase(String names) {
        String both = names + ',' + names.toLowerCase(Locale.ROOT);
        return Arrays.stream(both.split(",")).distinct().toList();
    }

    /** The name of these bytes, of which there is at least one. */
    String of(byte[] from, int offset, int length) {
        Entry entry = slots[slot(from, offset, length)];
        while (entry != null) {
            if (Arrays.equals(entry.bytes, 0, entry.bytes.length, from, offset, offset + length)) {
                return entry.name;
            }
            entry = entry.next;
        }
        return new String(from, offset, length, StandardCharsets.ISO_8859_1);
    }

    /** Length and three bytes tell the names apart well enough; {@code equals} decides. */
    private static int slot(byte[] from, int offset, int length) {
        int first = from[offset];
        int middle = from[offset + length / 2];
        int last = from[offset + length - 1];
        return (((first * 31 + middle) * 31 + last) * 31 + length) & 1023;
    }
}

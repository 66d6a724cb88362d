package dev.sluice.proxy.header;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.KeyName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The field that tells an origin who sends a request. What clients send in it is dropped, also where its name is written as
 * CGI reads it.
 */
record UserField(String name, FieldSet asCgi) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** @throws IllegalArgumentException if no request can have a field of this name, or it is one of forwarding */
    static UserField of(String name) {
        KeyName.requireOwnField("userField", name);
        return new UserField(name, FieldSet.of(name.replace('_', '-')));
    }

    Headers apply(Headers outgoing, @Nullable Principal principal) {
        Headers clean = without(outgoing);
        return principal == null
                ? clean
                : clean.toBuilder().add(name, encoded(principal.name())).build();
    }

    Headers without(Headers received) {
        return received.without(asCgi::hasAsCgi);
    }

    /** Visible ASCII as it is, all else and the percent sign as escapes of UTF-8 (RFC 3986 §2.1). */
    private static String encoded(String user) {
        StringBuilder text = new StringBuilder();
        for (byte one : user.getBytes(StandardCharsets.UTF_8)) {
            if (one > ' ' && one < 0x7F && one != '%') {
                text.append((char) one);
            } else {
                text.append('%').append(HEX.toHexDigits(one));
            }
        }
        return text.toString();
    }
}

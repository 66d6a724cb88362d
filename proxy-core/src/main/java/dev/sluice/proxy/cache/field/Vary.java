package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.Token;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * {@code Vary}: the fields of a request that chose the response (RFC 9110 §12.5.5). An asterisk anywhere, a member that
 * is no name, and more than {@value #MAX} names are for whatever a request can have: no other request matches then.
 */
public final class Vary {
    private static final int MAX = 64;
    private static final Vary NONE = new Vary(false, List.of());
    private static final Vary ANYTHING = new Vary(true, List.of());

    private final boolean anything;
    private final List<String> names;

    private Vary(boolean anything, List<String> names) {
        this.anything = anything;
        this.names = names;
    }

    /** That of a response, from all its lines. */
    public static Vary of(Headers response) {
        List<String> members = response.list("Vary");
        if (members.isEmpty()) {
            return NONE;
        }
        SortedSet<String> names = new TreeSet<>();
        for (String member : members) {
            // An asterisk is a token, and so would be a name.
            if (!Token.is(member) || member.equals("*") || names.size() > MAX) {
                return ANYTHING;
            }
            names.add(member.toLowerCase(Locale.ROOT));
        }
        return names.size() > MAX ? ANYTHING : new Vary(false, List.copyOf(names));
    }

    /** Returns whether no other request matches. */
    public boolean anything() {
        return anything;
    }

    /** The names in lower case, sorted, each once. */
    public List<String> names() {
        return names;
    }
}

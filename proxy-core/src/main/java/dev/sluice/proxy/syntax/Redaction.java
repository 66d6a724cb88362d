package dev.sluice.proxy.syntax;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes secrets out of what a message says: userinfo of URLs, the values of parameters with secret names wherever they
 * stand, credentials with their scheme, JSON web tokens and private keys. Immutable.
 *
 * <p>Each line of a log passes it, and patterns are slow: they are tried only on what may have a match.
 */
public final class Redaction {
    /** One that knows the names of {@link SecretNames}. */
    public static final Redaction DEFAULT = new Redaction(SecretNames::isParameter);

    private static final String HIDDEN = "***";

    private static final Pattern USERINFO = Pattern.compile("://[^/?#\\s\"<>]*@");

    private static final String[] SCHEMES = {"basic", "bearer", "dpop", "negotiate"};

    private static final Pattern CREDENTIALS = Pattern.compile(
            "(?<!\\w)(" + String.join("|", SCHEMES) + ")((?:\\s|\\+|%20)++)[^\\s,;\"]++", Pattern.CASE_INSENSITIVE);

    /** RFC 7519: the first part is a JSON object in Base64, so it begins with eyJ. */
    private static final Pattern WEB_TOKEN = Pattern.compile("(?<![\\w-])eyJ[\\w-]++\\.[\\w.-]++");

    private static final Pattern PRIVATE_KEY = Pattern.compile("PRIVATE(?:\\s|\\+|%20)KEY");

    /** How often a value is decoded to look into it: a URL may be a parameter of another one. */
    private static final int DEPTH = 3;

    private final Predicate<String> secret;

    private Redaction(Predicate<String> secret) {
        this.secret = secret;
    }

    /** One that knows these parameters instead; compared without case. */
    public static Redaction of(Set<String> parameters) {
        Set<String> lower =
                parameters.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        return new Redaction(name -> lower.contains(name.strip().toLowerCase(Locale.ROOT)));
    }

    /** Where a parameter stands, which says what ends its value. */
    private enum Place {
        PATH,
        QUERY,
        TEXT;

        boolean ends(char c) {
            return switch (this) {
                case PATH -> c == ';' || c == '/';
                case QUERY -> c == '&';
                case TEXT -> c <= ' ' || c == '&' || c == '#' || c == '"' || c == '<' || c == '>';
            };
        }
    }

    /** A URL, or the target of a request, without its fragment. */
    public String url(String url) {
        int hash = url.indexOf('#');
        String text = withoutUserinfo(hash < 0 ? url : url.substring(0, hash));
        int mark = text.indexOf('?');
        String path = mark < 0 ? text : text.substring(0, mark);
        String shown = tokens(parameters(Place.PATH, path, DEPTH));
        return mark < 0 ? shown : shown + '?' + query(text.substring(mark + 1));
    }

    /** A query. */
    public String query(String query) {
        return tokens(parameters(Place.QUERY, query, DEPTH));
    }

    /** The value of a field, or any other text. */
    public String text(String text) {
        return text(text, DEPTH);
    }

    private String text(String text, int depth) {
        return tokens(parameters(Place.TEXT, withoutUserinfo(text), depth));
    }

    private static String withoutUserinfo(String text) {
        return text.indexOf('@') < 0 ? text : USERINFO.matcher(text).replaceAll("://");
    }

    private static String tokens(String text) {
        if (text.contains("PRIVATE") && PRIVATE_KEY.matcher(text).find()) {
            return HIDDEN;
        }
        String shown = text.contains("eyJ") ? WEB_TOKEN.matcher(text).replaceAll(HIDDEN) : text;
        return hasScheme(shown) ? CREDENTIALS.matcher(shown).replaceAll("$1$2" + HIDDEN) : shown;
    }

    private static boolean hasScheme(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = (char) (text.charAt(i) | 0x20);
            if (c == 'b' || c == 'd' || c == 'n') {
                for (String scheme : SCHEMES) {
                    if (text.regionMatches(true, i, scheme, 0, scheme.length())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private String parameters(Place place, String text, int depth) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length());
        int done = 0;
        int from = 0;
        while (equals >= 0) {
            String name = text.substring(nameBegin(text, from, equals), equals);
            from = name.isEmpty() ? equals + 1 : valueEnd(text, equals + 1, place);
            if (!name.isEmpty() && isSecret(name, text.substring(equals + 1, from), depth)) {
                shown.append(text, done, equals + 1).append(HIDDEN);
                done = from;
            }
            equals = text.indexOf('=', from);
        }
        return shown.append(text, done, text.length()).toString();
    }

    private static int nameBegin(String text, int from, int equals) {
        int begin = equals;
        while (begin > from && isOfName(text.charAt(begin - 1))) {
            begin--;
        }
        return begin;
    }

    private static boolean isOfName(char c) {
        return Ascii.isLetterOrDigit(c) || "_.%+[]-".indexOf(c) >= 0;
    }

    private static int valueEnd(String text, int begin, Place place) {
        if (place == Place.TEXT && text.startsWith("\"", begin)) {
            int close = text.indexOf('"', begin + 1);
            return close < 0 ? text.length() : close + 1;
        }
        int end = begin;
        while (end < text.length() && !place.ends(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private boolean isSecret(String name, String value, int depth) {
        return secret.test(QueryNames.decode(name)) || hasSecret(value, depth);
    }

    /** Whether a value has a secret under its escapes, or as a URL of its own; also if it is too deep to be looked into. */
    private boolean hasSecret(String value, int depth) {
        if (value.indexOf('%') < 0 && value.indexOf('=') < 0 && value.indexOf('@') < 0) {
            return false;
        }
        String plain = value;
        for (int left = depth; left > 0; left--) {
            String decoded = QueryNames.decode(plain);
            boolean whole = decoded.equals(plain);
            plain = decoded;
            if (!text(plain, left - 1).equals(plain)) {
                return true;
            }
            if (whole) {
                return false;
            }
        }
        return true;
    }
}

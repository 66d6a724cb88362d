package dev.sluice.proxy.internal;

import java.util.Locale;

/** The words by which metrics and pages name what an exchange was like. */
public final class Words {
    /** Of what there is not. */
    public static final String NONE = "none";

    private Words() {}

    /** A constant in small letters: {@code head_failed}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The class of a status: {@code 2xx}; {@link #NONE} for 0, which says that no head was sent. */
    public static String ofStatus(int status) {
        return switch (status / 100) {
            case 1 -> "1xx";
            case 2 -> "2xx";
            case 3 -> "3xx";
            case 4 -> "4xx";
            case 5 -> "5xx";
            default -> status == 0 ? NONE : status / 100 + "xx";
        };
    }
}

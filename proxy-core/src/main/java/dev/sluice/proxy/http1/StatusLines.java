package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;

/** Status lines as bytes, made once for each registered status. */
final class StatusLines {
    private static final byte[][] REGISTERED = new byte[600][];

    static {
        for (int status = 100; status < REGISTERED.length; status++) {
            if (!phrase(status).isEmpty()) {
                REGISTERED[status] = make(status);
            }
        }
    }

    private StatusLines() {}

    /** The line with its end. Not to be changed. */
    static byte[] of(int status) {
        if (status < 100 || status > 999) {
            throw new IllegalArgumentException("status must be 100 to 999: " + status);
        }
        byte[] registered = status < REGISTERED.length ? REGISTERED[status] : null;
        return registered != null ? registered : make(status);
    }

    /** RFC 9112 §4: the space before the phrase stays when there is none. */
    private static byte[] make(int status) {
        return ("HTTP/1.1 " + status + ' ' + phrase(status) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The phrase in IANA's registry of status codes, or nothing. */
    private static String phrase(int status) {
        return switch (status / 100) {
            case 1 -> informational(status);
            case 2 -> successful(status);
            case 3 -> redirection(status);
            case 4 -> clientError(status);
            default -> serverError(status);
        };
    }

    private static String informational(int status) {
        return switch (status) {
            case 100 -> "Continue";
            case 101 -> "Switching Protocols";
            case 102 -> "Processing";
            case 103 -> "Early Hints";
            default -> "";
        };
    }

    private static String successful(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 203 -> "Non-Authoritative Information";
            case 204 -> "No Content";
            case 205 -> "Reset Content";
            case 206 -> "Partial Content";
            case 207 -> "Multi-Status";
            case 208 -> "Already Reported";
            case 226 -> "IM Used";
            default -> "";
        };
    }

    private static String redirection(int status) {
        return switch (status) {
            case 300 -> "Multiple Choices";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 305 -> "Use Proxy";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            default -> "";
        };
    }

    private static String clientError(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 402 -> "Payment Required";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 407 -> "Proxy Authentication Required";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 411 -> "Length Required";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 416 -> "Range Not Satisfiable";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 423 -> "Locked";
            case 424 -> "Failed Dependency";
            case 425 -> "Too Early";
            case 426 -> "Upgrade Required";
            case 428 -> "Precondition Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 451 -> "Unavailable For Legal Reasons";
            default -> "";
        };
    }

    private static String serverError(int status) {
        return switch (status) {
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            case 506 -> "Variant Also Negotiates";
            case 507 -> "Insufficient Storage";
            case 508 -> "Loop Detected";
            case 510 -> "Not Extended";
            case 511 -> "Network Authentication Required";
            default -> "";
        };
    }
}

package dev.sluice.lab.bench.micro;

import dev.sluice.proxy.Headers;
import java.nio.charset.StandardCharsets;

/** What a browser sends for a page: 14 field lines, about 900 bytes. */
final class BrowserRequest {
    static final String TARGET = "/articles/2024/05/a-typical-page?ref=home&page=2";

    static final Headers HEADERS = Headers.of(
            "Host", "www.example.com",
            "Connection", "keep-alive",
            "Cache-Control", "max-age=0",
            "sec-ch-ua", "\"Chromium\";v=\"124\", \"Google Chrome\";v=\"124\", \"Not-A.Brand\";v=\"99\"",
            "sec-ch-ua-mobile", "?0",
            "sec-ch-ua-platform", "\"Linux\"",
            "Upgrade-Insecure-Requests", "1",
            "User-Agent",
                    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0"
                            + " Safari/537.36",
            "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "Sec-Fetch-Site", "same-origin",
            "Sec-Fetch-Mode", "navigate",
            "Accept-Encoding", "gzip, deflate, br, zstd",
            "Accept-Language", "en-GB,en;q=0.9,de;q=0.8",
            "Cookie",
                    "session=0f8fad5bd9cb469fa16570867728950e; theme=dark; consent=yes; _ga=GA1.2.1234567.1700000000");

    private BrowserRequest() {}

    /** The head's bytes. */
    static byte[] bytes() {
        StringBuilder head = new StringBuilder("GET " + TARGET + " HTTP/1.1\r\n");
        HEADERS.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}

package dev.sluice.lab.bench;

import java.nio.file.Path;

/**
 * The caches of nginx as a proxy, each for what follows the first segment of the path. Responses of {@code memory} and
 * {@code miss} are in a folder of the memory's file system.
 */
final class NginxCache {
    private NginxCache() {}

    /**
     * The configuration of a proxy, with caches.
     *
     * @param memory a folder of the memory's file system
     * @param disk a folder on the disk
     */
    static String added(String proxy, Path memory, Path disk) {
        String zones = zone("memory", memory) + zone("miss", memory) + zone("disk", disk) + """
                sendfile on;
                tcp_nopush on;
                open_file_cache max=10000 inactive=1h;
                open_file_cache_valid 1h;
                """;
        String locations = location("memory") + location("miss") + location("disk");
        return proxy.replace("upstream origin {", zones + "upstream origin {")
                .replace("location / {", locations + "location / {");
    }

    private static String zone(String name, Path folder) {
        return "proxy_cache_path " + folder.resolve(name) + " levels=1:2 keys_zone=" + name
                + ":32m max_size=64m inactive=1h use_temp_path=off;\n";
    }

    private static String location(String name) {
        return """
                location /%1$s/ {
                proxy_pass http://origin/;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_cache %1$s;
                proxy_cache_valid 200 %2$ds;
                }
                """.formatted(name, CachedRoutes.FRESH.toSeconds());
    }
}

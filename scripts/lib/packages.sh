# Sourced by scripts/package: lays out the trees of the packages and packs them.

programs="initiator worker receiver provider-simulator"
packaging="$root/packaging"

# By the time of the commit, so that later ones are newer for dpkg.
package_version() {
    commit=$(git -C "$root" log -1 --date=format:%Y%m%d.%H%M%S --format=%cd.%h) || die "no commit to take a version from"
    dirty=
    [ -z "$(git -C "$root" status --porcelain)" ] || dirty=+changed
    release=$(sed -n 's/.*static let version = "\(.*\)"/\1/p' "$root/Sources/DarkroomHTTP/Serving/Release.swift")
    [ -n "$release" ] || die "Release.swift names no version"
    printf '%s+git%s%s\n' "$release" "$commit" "$dirty"
}

# file MODE SOURCE TARGET: below the tree of the package being made.
file() { install -D -m "$1" "$2" "$tree$3"; }

# program NAME: where the documents' names find it, and under a name of its own on the PATH.
program() {
    [ -x "$built/$1" ] || die "there is no executable $built/$1"
    file 0755 "$built/$1" "/usr/lib/darkroom/$1"
    strip --strip-unneeded --remove-section=.comment "$tree/usr/lib/darkroom/$1"
    mkdir -p "$tree/usr/bin"
    ln -s "../lib/darkroom/$1" "$tree/usr/bin/darkroom-${1#darkroom-}"
    if ldd "$tree/usr/lib/darkroom/$1" | grep -i swift >&2; then die "$1 needs the Swift runtime of this machine"; fi
}

documents() {
    file 0644 "$root/README.md" "/usr/share/doc/$package/README.md"
    for page in "$root"/docs/*.md; do file 0644 "$page" "/usr/share/doc/$package/${page##*/}"; done
    copyright >"$stage/copyright"
    file 0644 "$stage/copyright" "/usr/share/doc/$package/copyright"
    {
        printf 'darkroom (%s) unstable; urgency=medium\n\n' "$version"
        printf '  * Built from commit %s.\n\n' "$(git -C "$root" rev-parse HEAD)"
        printf ' -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' "$packaging/debian/control")" \
            "$(git -C "$root" log -1 --format=%cD)"
    } | gzip -9n >"$stage/changelog"
    file 0644 "$stage/changelog" "/usr/share/doc/$package/changelog.gz"
}

# The licences of what is linked in, each text once; the Debian libraries bring their own.
copyright() {
    rm -rf "$stage/licences"
    mkdir -p "$stage/licences"
    for text in "$checkouts"/*/LICENSE* "$checkouts"/*/NOTICE* "$swift_licences"/LICENSE*; do
        [ -f "$text" ] || continue
        sum=$(md5sum <"$text" | cut -d ' ' -f 1)
        cp "$text" "$stage/licences/$sum.text"
        folder=${text%/*}
        printf '%s: %s\n' "${folder##*/}" "${text##*/}" >>"$stage/licences/$sum.names"
    done
    printf '%s\n\n' "Darkroom, and the following that is linked into its executables, each under the licence printed after its name."
    for names in "$stage"/licences/*.names; do
        cat "$names"
        printf '\n'
        cat "${names%.names}.text"
        printf '\n%s\n\n' "--------------------------------------------------------------------------------"
    done
}

# service PROGRAM STORE SECRETS SHARERS: the unit, its settings and the scripts that dpkg runs.
service() {
    file 0644 "$packaging/systemd/darkroom-$1.service" "/usr/lib/systemd/system/darkroom-$1.service"
    file 0640 "$packaging/environment/$1.env" "/etc/darkroom/$1.env"
    mkdir -p "$tree/DEBIAN" "$tree/var/lib/darkroom"
    printf '/etc/darkroom/%s.env\n' "$1" >"$tree/DEBIAN/conffiles"
    for script in postinst prerm postrm; do
        sed -e "s/@PROGRAM@/$1/g" -e "s/@STORE@/$2/g" -e "s/@SECRETS@/$3/g" -e "s/@SHARERS@/$4/g" \
            "$packaging/debian/service.$script" >"$tree/DEBIAN/$script"
        chmod 0755 "$tree/DEBIAN/$script"
    done
}

demonstration() {
    file 0755 "$packaging/debian/darkroom-demo" /usr/bin/darkroom-demo
    for name in say.sh processes.sh run-demo.sh settled-times.awk; do
        file 0644 "$root/scripts/lib/$name" "/usr/share/darkroom-demo/$name"
    done
    for name in "$root"/fixtures/cases/*.json; do file 0644 "$name" "/usr/share/darkroom-demo/cases/${name##*/}"; done
    file 0644 "$root/fixtures/scenarios/demo.json" /usr/share/darkroom-demo/scenarios/demo.json
    file 0644 "$root/fixtures/requests/seed-case.json" /usr/share/darkroom-demo/requests/seed-case.json
    file 0755 "$root/scripts/darkroom-client" /usr/bin/darkroom-client
}

# Completions that ArgumentParser generates, for the name under which the package puts the command on the PATH.
completions() {
    for shell in bash zsh fish; do
        "$built/$1" --generate-completion-script "$shell" >"$stage/$shell" || die "$1 generates no completions"
    done
    sed -i "s/^\(complete .*\) $1\$/\1 darkroom-$1/" "$stage/bash"
    sed -i "1s/^#compdef $1\$/#compdef darkroom-$1/" "$stage/zsh"
    sed -i "s/\(['\"]\)$1\b/\1darkroom-$1/g" "$stage/fish"
    file 0644 "$stage/bash" "/usr/share/bash-completion/completions/darkroom-$1"
    file 0644 "$stage/zsh" "/usr/share/zsh/vendor-completions/_darkroom-$1"
    file 0644 "$stage/fish" "/usr/share/fish/vendor_completions.d/darkroom-$1.fish"
}

# Libraries that the executables link to, as Debian names their packages and versions.
library_dependencies() {
    mkdir -p "$stage/shlibs/debian"
    printf 'Source: darkroom\n\nPackage: %s\nArchitecture: any\n' "$package" >"$stage/shlibs/debian/control"
    (cd "$stage/shlibs" && dpkg-shlibdeps -O "$tree"/usr/lib/darkroom/* 2>"$stage/shlibs.log") |
        sed -n 's/^shlibs:Depends=//p' || die "dpkg-shlibdeps failed: $(cat "$stage/shlibs.log")"
}

# The paragraph of this package in packaging/debian/control.
paragraph() { sed -n "/^Package: $package\$/,/^\$/p" "$packaging/debian/control" | sed "s/@VERSION@/$version/g;/^\$/d"; }

control() {
    libraries=$(library_dependencies)
    [ -n "$libraries" ] || die "no libraries were found for $package: $(cat "$stage/shlibs.log")"
    paragraph | sed -e '/^Depends:/,$d'
    printf 'Version: %s\nSection: graphics\nPriority: optional\nArchitecture: %s\n' "$version" "$architecture"
    sed -n '/^Maintainer:/p' "$packaging/debian/control"
    printf 'Installed-Size: %s\n' "$(du -sk --apparent-size --exclude=DEBIAN "$tree" | cut -f1)"
    printf 'Depends: %s, %s\n' "$libraries" "$(paragraph | sed -n 's/^Depends: //p')"
    paragraph | sed -n '/^Description:/,$p'
}

pack() {
    documents
    mkdir -p "$tree/DEBIAN"
    control >"$tree/DEBIAN/control"
    (cd "$tree" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z |
        xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    deb="$out/${package}_${version}_$architecture.deb"
    dpkg-deb --root-owner-group -Zxz -z2 --build "$tree" "$deb" >/dev/null
    say "$(du -h "$deb" | cut -f1) $deb"
    say "  needs $(dpkg-deb -f "$deb" Depends)"
}

# begin PACKAGE
begin() {
    package=$1
    tree="$stage/$package"
    mkdir -p "$tree"
}

# make_packages BUILT STAGE OUT: what was in OUT of an earlier version goes.
make_packages() {
    built=$1 stage=$2 out=$3
    umask 022
    version=$(package_version)
    architecture=$(dpkg --print-architecture)
    checkouts="$root/.build-package/checkouts"
    [ -d "$checkouts" ] || checkouts="$root/.build/checkouts"
    [ -d "$checkouts" ] || die "the licences of the Swift packages are not here: build first"
    swift_licences=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")/share/swift
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct)
    export SOURCE_DATE_EPOCH
    rm -f "$out"/darkroom-*.deb
    begin darkroom-initiator
    program initiator
    completions initiator
    service initiator control "webhook worker-token operator-token" "initiator receiver"
    pack
    begin darkroom-worker
    program worker
    service worker worker "webhook worker-token" worker
    pack
    begin darkroom-receiver
    program receiver
    service receiver control "webhook worker-token operator-token" "initiator receiver"
    pack
    begin darkroom-demo
    program provider-simulator
    demonstration
    pack
}

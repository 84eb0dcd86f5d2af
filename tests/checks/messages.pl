# SPDX-License-Identifier: MIT
# messages.pl ROOT MANUAL SOURCE...: says which messages in the sources below ROOT the text MANUAL has not. 1 if any.
use strict;
use warnings;

our $bad = 0;
our %logged;
our $text = qr/"(?:[^"\\\n]|\\.)*"/;
# What is no complaint: help, results, lines of doctor where all is well, and what a service manager is told.
our $result = qr/\bverb[.]|\bOption\ k|\bkOptions\ =|\bout[.](?:say|line|object)\(|\bsay(?:Registered|Change)\(
    |\b(?:Keep|Drop)Words\b|\bdropFact\(|[.]ok\(|\btodo\ =|[.]tell\(/x;
our $char = qr/(?<![0-9a-fA-F])'(?:[^'\\]|\\[^']*.)'/;

sub complain { print "@_\n"; $bad = 1 }

sub contents { open my $in, "<", $_[0] or die "$_[0]: $!\n"; local $/; return <$in> }

sub packed { my ($words) = @_; $words =~ s/\s+//g; return $words }

our ($root, $manual) = (shift, contents(shift));
our $packed = packed($manual);

# The source as statements, without comments, and with texts that follow each other as one.
sub statements {
    my ($source) = @_;
    $source =~ s/^#.*$//mg;
    $source =~ s{($text|$char)|//[^\n]*|/\*.*?\*/}{$1 // " "}gse;
    1 while $source =~ s/("(?:[^"\\\n]|\\.)*)"\s+"/$1/;
    return $source =~ /((?:$text|$char|[^;"])+)/g;
}

# A line of doctor has its remedy in it, as the last argument.
sub withoutRemedy {
    my ($statement) = @_;
    return $statement unless $statement =~ /[.](?:warn|fault)\(/g;
    my ($depth, $end) = (0, pos $statement);
    while ($statement =~ /\G(?:$text|$char|(.))/gs) {
        my $c = $1 // "";
        $depth += $c =~ /[({]/ ? 1 : $c =~ /[)}]/ ? -1 : 0;
        last if $depth < 0;
        $end = pos $statement if $c eq "," && $depth == 0;
    }
    return substr $statement, 0, $end;
}

# The first arguments of a log line, before its fields, are its level and its id, or one of two ids.
sub noteIds {
    my ($file, $statement) = @_;
    while ($statement =~ /\b(?:event|logCgroup|sayOnce)\(([^{]*)/g) {
        my ($first) = $1 =~ /^([^"]*(?:"[^"]*"[ :]*){0,2})/;
        $logged{$_} = $file for $first =~ /"([a-z]+(?:-[a-z]+)*)"/g;
    }
}

sub lookAt {
    my ($file, $statement) = @_;
    return if $statement =~ $result;
    for my $said (grep { defined } withoutRemedy($statement) =~ /$char|($text)/g) {
        $said = substr $said, 1, -1;
        $said =~ s/\\n/ /g;
        $said =~ s/\\(.)/$1/g;
        for my $part (split /\s*\{[^}]*\}\s*|^\s+/, $said) {
            next unless $part =~ /[a-z]\S* .*[a-z]/;
            complain "$file: not in the manual: $part" if index($packed, packed($part)) < 0;
        }
    }
}

for my $file (@ARGV) {
    for my $statement (statements(contents("$root/$file"))) {
        noteIds($file, $statement);
        lookAt($file, $statement);
    }
}
my %told = map { $_ => 1 } $manual =~ /^\s*msg=([a-z-]+) \(/mg;
for my $id (sort keys %logged) { complain "$logged{$id}: msg=$id is not in release-agent(8)" unless $told{$id} }
for my $id (sort keys %told) { complain "msg=$id is in release-agent(8), and is never logged" unless $logged{$id} }
exit $bad;

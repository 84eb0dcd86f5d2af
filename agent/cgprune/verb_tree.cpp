// SPDX-License-Identifier: MIT
// cgprune tree: the cgroups of a hierarchy, as a tree, with what is known of each.
#include <algorithm>

#include "base/text.h"
#include "cgprune/target.h"
#include "cgprune/terminal.h"
#include "cgprune/tree.h"
#include "cgprune/tree_lines.h"
#include "cgprune/tree_marks.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"

namespace prune {

namespace {

constexpr std::string_view kEmptyOption = "empty";

/// Where a tree begins.
struct Top {
    OpenHierarchy hierarchy;
    std::string path;
};

/// Empty and not meant to be, in the journal, or not looked at.
bool isToBeSeen(const TreeNode& node) {
    return node.waiting != nullptr || (node.isEmpty() && !node.isKept) || !node.fault.empty();
}

class TreePrinter {
public:
    TreePrinter(Output& out, const Tree& tree, std::int64_t nowMs)
        : out_(out), tree_(tree), nowMs_(nowMs), colours_(takesColour()), lines_(isUtf8Locale()) {}

    /// False: nothing of that kind is there, and nothing was printed.
    bool print(bool onlyEmpty);

private:
    std::vector<bool> takenNodes(bool onlyEmpty) const;
    void printTop();
    void printNode(const TreeNode& node, bool last);
    void printObject(const TreeNode& node);
    std::string withMarks(std::string line, const TreeNode& node) const;
    std::string paint(const std::string& text, Colour colour) const {
        return colours_ ? coloured(text, colour) : text;
    }

    Output& out_;
    const Tree& tree_;
    std::int64_t nowMs_;
    bool colours_;
    TreeLines lines_;
    std::vector<std::size_t> ends_;  ///< of the path so far: where the parent at each depth ends
    std::string path_;
};

bool TreePrinter::print(bool onlyEmpty) {
    const auto taken = takenNodes(onlyEmpty);
    const bool hasAny = std::find(taken.begin(), taken.end(), true) != taken.end();
    if (onlyEmpty && !hasAny && !isToBeSeen(tree_.top)) return false;
    printTop();
    Depths depths;
    for (std::size_t i = 0; i < taken.size(); ++i)
        if (taken[i]) depths.push_back(tree_.nodes[i].depth);
    const auto last = lastChildren(depths);
    std::size_t shown = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        if (!taken[i]) continue;
        out_.json() ? printObject(tree_.nodes[i]) : printNode(tree_.nodes[i], last[shown]);
        ++shown;
    }
    return true;
}

std::vector<bool> TreePrinter::takenNodes(bool onlyEmpty) const {
    Depths depths;
    std::vector<bool> wanted;
    for (const auto& node : tree_.nodes) {
        depths.push_back(node.depth);
        wanted.push_back(!onlyEmpty || isToBeSeen(node));
    }
    return withAncestors(depths, wanted);
}

void TreePrinter::printTop() {
    if (out_.json()) {  // the root has no state
        if (tree_.top.isKnown()) out_.object(treeJson(tree_.top, tree_.hierarchy, tree_.path, nowMs_));
        return;
    }
    const auto name = escapeForPeople(tree_.hierarchy.name);
    const auto text = tree_.path == "/" ? name + " at " + escapeForPeople(tree_.hierarchy.mountPoint)
                                        : escapeForPeople(tree_.path) + " of " + name;
    out_.line(withMarks(text, tree_.top));
}

void TreePrinter::printNode(const TreeNode& node, bool last) {
    const auto& guides = lines_.next(node.depth, last);
    out_.line(withMarks(paint(guides, Colour::grey) + escapeForPeople(node.name), node));
}

void TreePrinter::printObject(const TreeNode& node) {
    if (path_.empty()) path_ = tree_.path == "/" ? "" : tree_.path;
    if (ends_.empty()) ends_.push_back(path_.size());
    ends_.resize(node.depth + 1);
    path_.resize(ends_.back());
    path_.append(1, '/').append(node.name);
    ends_.push_back(path_.size());
    out_.object(treeJson(node, tree_.hierarchy, path_, nowMs_));
}

std::string TreePrinter::withMarks(std::string line, const TreeNode& node) const {
    const char* before = "  ";
    for (const auto& mark : marksOf(node, tree_.hierarchy.unified, nowMs_)) {
        line += before + paint(mark.text, mark.colour);
        before = ", ";
    }
    return line;
}

Result<Top> wholeHierarchy(System& system, const std::string& name) {
    auto hierarchy = openNamed(system, name);
    if (!hierarchy.ok()) return hierarchy.takeError();
    return Top{std::move(hierarchy.value()), "/"};
}

Result<Top> atTarget(Result<Target> target) {
    if (!target.ok()) return target.takeError();
    return Top{std::move(target.value().hierarchy), target.value().path};
}

/// A directory below a mount; the mount itself is a whole hierarchy.
Result<Top> atDirectory(System& system, const std::string& directory) {
    const auto placed = placeDirectory(system, directory.c_str());
    if (!placed.ok()) return placed.error();
    if (placed.value().path == "/") return wholeHierarchy(system, placed.value().hierarchy.name);
    return atTarget(openDirectoryTarget(system, directory, Purpose::look));
}

Result<Top> atPath(Session& session, const std::string& hierarchy, const std::string& path) {
    if (path == "/") return wholeHierarchy(session.system, hierarchy);
    Arguments arguments;
    arguments.operands = {path};
    arguments.options.emplace(kHierarchyOption.name, hierarchy);
    return atTarget(openTarget(session, arguments, Purpose::look));
}

/// No hierarchy's name holds a "/" or begins with a ".".
bool isPath(const std::string& operand) {
    return operand.find('/') != std::string::npos || operand.starts_with('.');
}

/// The one tree that the operands name.
Result<Top> namedTop(Session& session, const Arguments& arguments) {
    const auto& operands = arguments.operands;
    if (arguments.has(kHierarchyOption.name))
        return atPath(session, arguments.value(kHierarchyOption.name),
                      operands.empty() ? "/" : operands.front());
    if (operands.size() == 2) return atPath(session, operands.front(), operands.back());
    if (isPath(operands.front())) return atDirectory(session.system, operands.front());
    return wholeHierarchy(session.system, operands.front());
}

class TreeRun {
public:
    TreeRun(Session& session, bool onlyEmpty) : session_(session), onlyEmpty_(onlyEmpty) {}

    void show(const Result<Top>& top) {
        const auto status = top.ok() ? showTree(top.value()) : Status(top.error());
        if (status.ok()) return;
        session_.out.problem(status.error().text());
        exit_ = kFailed;
    }

    int end() {
        if (!shown_ && exit_ == kDone)
            session_.out.line(onlyEmpty_ ? "nothing is empty and unkept, and nothing is deferred"
                                         : "no cgroup hierarchy is mounted");
        return exit_;
    }

private:
    Status showTree(const Top& top);

    Session& session_;
    bool onlyEmpty_;
    bool shown_ = false;
    int exit_ = kDone;
};

Status TreeRun::showTree(const Top& top) {
    const auto read = readTree(session_, top.hierarchy, top.path);
    if (!read.ok()) return read.error();
    const auto& tree = read.value();
    shown_ |= TreePrinter(session_.out, tree, session_.system.bootTimeMs()).print(onlyEmpty_);
    const auto failed = std::count_if(tree.nodes.begin(), tree.nodes.end(),
                                      [](const TreeNode& node) { return !node.fault.empty(); });
    if (failed == 0) return {};
    session_.out.problem(counted(static_cast<std::uint64_t>(failed), "cgroup") + " of " +
                         escapeForPeople(tree.hierarchy.name) +
                         " could not be looked at; why stands behind each");
    if (exit_ == kDone) exit_ = kLeft;
    return {};
}

Result<Top> wholeHierarchy(System& system, const Hierarchy& hierarchy) {
    auto open = openHierarchy(system, hierarchy);
    if (!open.ok()) return open.takeError();
    return Top{std::move(open.value()), "/"};
}

int runTree(Session& session, const Arguments& arguments) {
    session.dryRun = true;
    const bool isNamed = arguments.has(kHierarchyOption.name);
    if (isNamed && arguments.operands.size() > 1) {
        session.out.problem("HIERARCHY and --hierarchy are one too many; leave one of them out");
        return kUsage;
    }
    TreeRun trees(session, arguments.has(kEmptyOption));
    if (isNamed || !arguments.operands.empty()) {
        trees.show(namedTop(session, arguments));
        return trees.end();
    }
    const auto all = mountedHierarchies(session.system);
    if (!all.ok()) return session.out.problem(all.error().text()), kFailed;
    for (const auto& hierarchy : all.value()) trees.show(wholeHierarchy(session.system, hierarchy));
    return trees.end();
}

}  // namespace

Verb treeVerb() {
    Verb verb;
    verb.name = "tree";
    verb.operands = "[HIERARCHY] [PATH]";
    verb.most = 2;
    verb.summary = "the cgroups as a tree, with what is known of each";
    verb.details =
        "Draws the cgroups of a hierarchy, or of all, or those at and below PATH, and says of each: whether "
        "it is\n"
        "populated or empty, kept, delegated, its creator, why and how long its removal is deferred and when "
        "it\n"
        "is looked at again, stuck, and on cgroup v2 how many of its descendants are dying. Changes nothing.";
    verb.options = {{kEmptyOption, "", "only what is empty and not kept, deferred, or not looked at"},
                    kHierarchyOption};
    verb.run = runTree;
    return verb;
}

}  // namespace prune

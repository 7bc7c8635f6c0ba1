// Only for `npm start`, never shipped: a window can be told to open a file, but not in which editor.
const vscode = require("vscode");

exports.activate = async function activate() {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) return;
  // The file that Open Sample Run opens, but of the folder that the window shows.
  const start = vscode.Uri.joinPath(folder.uri, "start-here.txt");
  const name = new TextDecoder().decode(await vscode.workspace.fs.readFile(start)).trim();
  const file = vscode.Uri.joinPath(folder.uri, ...name.split("/"));
  await vscode.commands.executeCommand("derail.openTrajectoryEditor", file);
};

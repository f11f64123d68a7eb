/** What, behind a number, makes it another number or takes it back. */
export const turningWords: readonly string[] = (
  'dozen|score|gross|six|twelve|two thirds|hundredths|thousandths|millionths|sevenths|tenths|halves|and a half|squared|' +
  'cubed|square|factorial|zeros|digits|to the fourth|times less|times more|times that|of what it was|too high by half|' +
  "unlikely|impossible|doubtful|wrong|isn't right|is wrong|is too high|is too low|is not the answer|cannot be|or not|" +
  'I guess not|never|bogus|五|六|折|成|倍多|不对|错误|no es correcto|ist falsch|est faux|неверно'
).split('|')
